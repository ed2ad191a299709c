import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { BenchResult } from '../../bench/report/result.mjs'

const ROOT = join(import.meta.dirname, '../..')

/** As small as each can be, with whom the main install brings. */
const BENCHES = {
  node: ['--mib', '1', '--count', '2', '--memory-mib', '2', '--rounds', '1', '--clients', 'fetch,node:http,plugdock'],
  connections: ['--mib', '1', '--slow-mib', '1', '--rounds', '1'],
  resume: ['--mib', '4', '--rounds', '1', '--clients', 'plugdock'],
  corruption: ['--mib', '2', '--clients', 'plugdock'],
  rate: ['--seconds', '0.5'],
  delta: ['--mb', '12', '--edits', '1'],
  progress: ['--downloads', '2', '--pieces', '100', '--seconds', '1', '--rounds', '1'],
  queue: ['--counts', '20'],
  scale: ['--counts', '4', '--in', 'node'],
  ui: ['--rows', '20', '--seconds', '1', '--slowdown', '1'],
} as const

test.each(Object.entries(BENCHES))(
  'bench:%s at its smallest -> ends well, with figures for each row',
  async (name, args) => {
    const { sections, notes } = await run(name, args)
    expect(sections.length).toBeGreaterThan(0)
    for (const { rows } of sections) {
      expect(rows.length).toBeGreaterThan(0)
      for (const { figures } of rows)
        expect(Object.values(figures).every(({ median }) => Number.isFinite(median))).toBe(true)
    }
    expect(notes.filter((note) => note.includes('is left out'))).toEqual([])
    if (name === 'corruption') expect(sections[0]?.rows[0]?.figures['wrong files']?.max).toBe(0)
  },
)

test.each(['node', 'resume', 'corruption'])('bench:%s of a client that nobody has -> says so', async (name) => {
  await expect(run(name, ['--clients', 'nobody'])).rejects.toThrow('There is no client nobody')
})

async function run(name: string, args: readonly string[]): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'plugdock-benches-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const json = join(folder, 'result.json')
  await promisify(execFile)(process.execPath, [join(ROOT, 'bench', `${name}.mjs`), ...args, '--json', json], {
    cwd: ROOT,
  })
  return JSON.parse(await readFile(json, 'utf8'))
}
