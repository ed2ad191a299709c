import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { damagedIn } from '../../scripts/soak/aftermath.mjs'
import { createPluginDock } from '../../src/hosts/node/index.js'
import { type BuiltPlugin, buildPlugin, createScriptedOrigin, publishOn } from '../../src/testing/index.js'

const SCRIPT = fileURLToPath(new URL('../../scripts/soak.mjs', import.meta.url))

describe('a minute of docks that never rest, on a bad network and a bad disk, killed again and again', () => {
  it('any seed -> no byte is lost, nothing hangs, nothing is left behind', async () => {
    const out = await mkdtemp(join(tmpdir(), 'plugdock-soak-test-'))
    onTestFinished(() => rm(out, { recursive: true, force: true }))
    const soak = spawn(process.execPath, [SCRIPT, '--minutes', '1', '--out', out], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void soak.kill())
    const [said, complained, [status]] = await Promise.all([text(soak.stdout), text(soak.stderr), once(soak, 'close')])
    process.stdout.write(said)
    expect(said.split('\n').filter((line) => line.startsWith('DEFECT'))).toEqual([])
    expect({ status, complained }).toEqual({ status: 0, complained: '' })
    expect(said).toContain('0 bytes lost; 0 defects')
    const [, kills = '0'] = /(\d+) kills/.exec(said) ?? []
    expect(Number(kills)).toBeGreaterThan(0)
    expect(await readFile(join(out, 'soak-memory.svg'), 'utf8')).toContain('</svg>')
  }, 400_000)
})

describe('what the soak finds on the disk before any dock can mend it', () => {
  it('a file with another byte, and one that is gone -> told; as published -> nothing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'plugdock-soak-test-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const plugin = await buildPlugin({ id: 'acme.charts', version: '1.0.0', size: 4000 })
    const hashes = { 'acme.charts 1.0.0': createHash('sha256').update(plugin.bytes).digest('hex') }
    await install(directory, plugin)
    expect([...(await damagedIn(directory, hashes)).values()]).toEqual([])

    const [name = ''] = await readdir(join(directory, 'bundles'))
    const path = join(directory, 'bundles', name)
    await writeFile(path, (await readFile(path)).fill(7, 100, 108))
    expect([...(await damagedIn(directory, hashes))]).toEqual([
      [name, 'the file of acme.charts 1.0.0 holds other bytes'],
    ])

    await rm(path)
    expect([...(await damagedIn(directory, hashes)).values()]).toEqual([
      'no file for acme.charts 1.0.0, which is recorded as installed',
    ])
  })
})

async function install(directory: string, plugin: BuiltPlugin): Promise<void> {
  const origin = createScriptedOrigin()
  const server = await origin.listen()
  onTestFinished(() => server.close())
  const dock = await createPluginDock({ directory })
  const url = publishOn(origin, plugin).replace(origin.url, server.url)
  await (await dock.downloads.startDownload(url)).finished
  await dock.close()
}
