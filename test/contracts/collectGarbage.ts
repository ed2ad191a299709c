import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What nobody holds is gone, also what is let go of while others are collected. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('This engine cannot be told to collect garbage')
  for (let turn = 0; turn < 10; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
}
