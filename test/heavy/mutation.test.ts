import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const SAMPLE = '6'
const MINUTES = 60_000

it(
  'six of the faults are planted, one at a time -> tests find them',
  async () => {
    const args = ['scripts/mutate.mjs', '--sample', SAMPLE]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT })
    expect(stdout.trim().split('\n').at(-1)).toBe('6 of 6 faults were found (100 %)')
  },
  10 * MINUTES,
)
