import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { packBundle } from '../../../src/publish/index.js'
import type { ScriptedOrigin } from '../../../src/testing/index.js'

const MODULES = join(import.meta.dirname, '../../../node_modules')
/** What an app has beside plugdock. */
const OF_THE_APP = ['react', 'react-dom', 'scheduler']

const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>app</title><link rel="icon" href="data:,"></head>
  <body><div id="root"></div><p id="answer"></p><script type="module" src="/main.js"></script></body>
</html>
`

const MAIN = `import { createPluginDock } from 'plugdock/browser'
import { DockDownloadCard, PluginDockProvider } from 'plugdock/react'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import 'plugdock/react/styles.css'

const dock = await createPluginDock()
const manifest = new URLSearchParams(location.search).get('manifest')
const task = await dock.downloads.startDownload(manifest)
const card = createElement(DockDownloadCard, { taskId: task.id })
createRoot(document.querySelector('#root')).render(createElement(PluginDockProvider, { dock }, card))
await task.finished
const plugin = await dock.plugins.load('acme.answer')
const { answer } = await plugin.import()
document.querySelector('#answer').textContent = answer()
await plugin.close()
`

/** An app as a person begins one: a page, a module, and no configuration. */
export async function makeViteApp(app: string): Promise<void> {
  const copies = OF_THE_APP.map((name) => cp(join(MODULES, name), join(app, 'node_modules', name), { recursive: true }))
  await Promise.all([...copies, writeFile(join(app, 'index.html'), PAGE), writeFile(join(app, 'main.js'), MAIN)])
}

/** A plugin of two modules. Answers the path of its manifest. */
export async function publishPlugin(origin: ScriptedOrigin, folder: string): Promise<string> {
  const input = join(folder, 'plugin')
  await mkdir(input)
  const entry = "import { n } from './n.js'\nexport const answer = () => 'two modules say ' + n\n"
  await writeFile(join(input, 'index.js'), entry)
  await writeFile(join(input, 'n.js'), 'export const n = 42\n')
  const outDir = join(folder, 'release')
  const packed = await packBundle({ input, id: 'acme.answer', version: '1.0.0', outDir })
  origin.put('/manifest.json', await readFile(packed.manifestPath))
  origin.put(`/${basename(packed.bundlePath)}`, await readFile(packed.bundlePath))
  return '/manifest.json'
}
