/**
 * One sample in a process of its own: `node nodeSample.mjs fetch|http|install <origin> <MiB> <directory>
 * [connections]`. Prints one line of JSON. The clock runs from the first request to the last byte; for an install until it is checked,
 * sealed, synced and recorded. Loading the code and opening the dock count for memory only.
 */
import { get } from 'node:http'

const MIB = 1024 * 1024
const [work, origin, mib, directory, connections] = process.argv.slice(2)
const WORKS = { fetch: fetchAll, http: httpAll, install }
await WORKS[work]()

async function fetchAll() {
  const done = measure()
  const { body } = await fetch(`${origin}/file/${mib}`)
  const reader = body.getReader()
  let bytes = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.length
  done(bytes)
}

async function httpAll() {
  const done = measure()
  let bytes = 0
  await new Promise((resolve, reject) => {
    const request = get(`${origin}/file/${mib}`, { agent: false }, (response) => {
      response.on('data', (piece) => {
        bytes += piece.length
      })
      response.on('end', resolve)
      response.on('error', reject)
    })
    request.on('error', reject)
  })
  done(bytes)
}

async function install() {
  const { createPluginDock } = await import('../dist/src/hosts/node/index.js')
  const several = connections === undefined ? {} : { connectionsPerDownload: Number(connections) }
  const dock = await createPluginDock({ directory, ...several })
  const done = measure()
  const task = await dock.downloads.startDownload(`${origin}/manifest/${mib}`)
  await task.finished
  done(mib * MIB)
  await dock.close()
}

function measure() {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  return (bytes) => {
    const { user, system } = process.cpuUsage(before)
    const ms = performance.now() - startedAt
    const peakRssMiB = process.resourceUsage().maxRSS / 1024
    console.log(JSON.stringify({ bytes, ms, cpuMs: (user + system) / 1000, peakRssMiB }))
  }
}
