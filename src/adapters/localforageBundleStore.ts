import { UnsupportedError } from '../domain/errors/index.js'
import type { BundleStore } from '../ports/bundleStore.js'
import type { Timers } from './timeLimit.js'
export async function openLocalforageBundleStore(_: {
  name: string
  writes: boolean
  timers: Timers
}): Promise<BundleStore> {
  throw new UnsupportedError('later')
}
