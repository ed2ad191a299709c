/** An app that the test tells what to do. */
import { createPluginDock } from 'plugdock/browser'

const dock = await createPluginDock({ timeouts: { stallMs: 2000 } })

let task

async function start(manifest) {
  task = await dock.downloads.startDownload(manifest)
}

/** The first progress that is in this state, with so many bytes. */
function until(state, bytesDownloaded) {
  return new Promise((resolve) => {
    dock.downloads.watchProgress(task.id).subscribe((progress) => {
      if (progress.state === state && progress.bytesDownloaded >= bytesDownloaded) resolve(progress)
    })
  })
}

Object.assign(globalThis, { app: { start, until } })
