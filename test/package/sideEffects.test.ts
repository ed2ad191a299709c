import { execFile } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, inject, test } from 'vitest'
import { moduleEntries } from './entries.js'

interface Effects {
  readonly changes: readonly string[]
  readonly resources: readonly string[]
  readonly output: string
}

const run = promisify(execFile)
const { app } = inject('installed')
const probe = join(app, 'importProbe.mjs')

beforeAll(() => copyFile(join(import.meta.dirname, 'importProbe.mjs'), probe))

/** In a new process, which has to end by itself. */
async function effectsOfImporting(entry: string): Promise<Effects> {
  const { stdout, stderr } = await run(process.execPath, [probe, entry], { cwd: app, timeout: 20_000 })
  const [printed = '', report = '{}'] = stdout.split('\0')
  const { changes, resources } = JSON.parse(report) as Effects // reason: the probe printed it
  return { changes, resources, output: printed + stderr }
}

test.each(moduleEntries())('import of %s -> no global, output or handle, and the process ends', async (entry) => {
  expect(await effectsOfImporting(entry)).toEqual({ changes: [], resources: [], output: '' })
})

test('import of a module that does have effects -> all are found', async () => {
  const source = `
    globalThis.left = 1
    Array.prototype.last = () => 1
    globalThis.fetch = () => 1
    process.on('SIGINT', () => 1)
    console.log('hello')
    setTimeout(() => 1, 100)`
  const { changes, resources, output } = await effectsOfImporting(`data:text/javascript,${encodeURIComponent(source)}`)
  const found = ['globalThis.left', 'Array.prototype.last', 'globalThis.fetch', 'process.on SIGINT']
  for (const change of found) expect(changes).toContainEqual(expect.stringContaining(change))
  expect(resources).toContain('Timeout')
  expect(output).toBe('hello\n')
})
