import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const SAMPLE = 4
const MINUTES = 60_000

it(
  'some of the faults are planted, one at a time -> tests find them',
  async () => {
    const args = ['scripts/mutate.mjs', '--sample', String(SAMPLE)]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT })
    expect(stdout.trim().split('\n').at(-1)).toBe(`${SAMPLE} of ${SAMPLE} faults were found (100 %)`)
  },
  10 * MINUTES,
)
