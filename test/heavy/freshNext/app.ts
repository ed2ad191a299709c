import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const OPTIONS = { shell: process.platform === 'win32', env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' } }

const FILES = {
  'package.json': '{ "name": "app", "private": true, "type": "module" }\n',
  'app/layout.jsx': `import 'plugdock/react/styles.css'

export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>
}
`,
  'app/page.jsx': `import { Downloads } from './downloads.jsx'

export default function Page() {
  return <Downloads />
}
`,
  'app/downloads.jsx': `'use client'
import { createPluginDock } from 'plugdock/browser'
import { DockDownloadList, DownloadList, PluginDockProvider } from 'plugdock/react'
import { useEffect, useState } from 'react'

export function Downloads() {
  const [dock, setDock] = useState()
  const [answer, setAnswer] = useState('')
  useEffect(() => {
    open(setDock).then(setAnswer, (error) => setAnswer(String(error)))
  }, [])
  if (!dock) return <DownloadList downloads={[]} />
  return <PluginDockProvider dock={dock}><DockDownloadList /><p id="answer">{answer}</p></PluginDockProvider>
}

async function open(setDock) {
  const dock = await createPluginDock()
  setDock(dock)
  const manifest = new URLSearchParams(location.search).get('manifest')
  const task = await dock.downloads.startDownload(manifest)
  await task.finished
  const plugin = await dock.plugins.load('acme.answer')
  const { answer } = await plugin.import()
  return answer()
}
`,
}

/** An app of Next as a person begins one, with plugdock from its tarball and everything else from the registry. */
export async function makeNextApp(app: string, tarball: string): Promise<void> {
  await mkdir(join(app, 'app'), { recursive: true })
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(app, path), text)
  const packages = [tarball, 'next@^16', 'react@^19', 'react-dom@^19']
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { ...OPTIONS, cwd: app })
}

/** Next is big, and needed nowhere else: it is no dependency of ours, so this test needs a registry. */
export async function canInstallNext(): Promise<boolean> {
  const asking = run('npm', ['view', 'next@16', 'version', '--fetch-retries=0', '--fetch-timeout=10000'], OPTIONS)
  return asking.then(
    () => true,
    () => false,
  )
}

/** What `next build` says; rejects with it where it fails. */
export async function buildNextApp(app: string): Promise<string> {
  const { stdout } = await run('npx', ['next', 'build'], { ...OPTIONS, cwd: app })
  return stdout
}
