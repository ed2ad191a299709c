import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

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
