import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Conditions, type Digester, type Host, UnsupportedError } from 'plugdock'
import { createFetcher } from './fetcher.js'
import { openFileBundles } from './fileBundles.js'
import { openFileRecords } from './fileRecords.js'
import { createLeases } from './leases.js'

/** Your platform's word on its network, as far as it has one: `undefined` where it cannot know. */
export interface Network {
  current(): Pick<Conditions, 'online' | 'metered'>
  onChange(listener: () => void): () => void
}

/** An appliance with a disk: say, a kiosk that shows plugins from a shop. */
export function createApplianceHost(directory: string, network: Network): Host {
  const conditions = (): Conditions => ({ ...network.current(), saveData: undefined, visible: true, frozen: false })
  return {
    // what a person is offered follows from this: say only what is so
    capabilities: {
      bundleStore: 'fileSystem',
      background: 'none',
      meteredDetection: true,
      saveDataDetection: false,
      manyWriters: 'none',
      servedFiles: false,
      persistent: true,
    },
    clock: {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
      clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout), // reason: only what is made above comes back
      random: () => Math.random(),
    },
    digester,
    conditions: {
      get current() {
        return conditions()
      },
      watch: (listener) => network.onChange(() => listener(conditions())),
    },
    leases: createLeases(),
    // plugins of an appliance are data; for code, answer with modules your platform can import
    moduleLoader: {
      createScope: async () => {
        throw new UnsupportedError('Plugins of this appliance are data: use read() or text()')
      },
    },
    fetcher: createFetcher(fetch),
    async open() {
      const bundles = await openFileBundles(join(directory, 'bundles'))
      const records = await openFileRecords({ directory })
      return { bundles, records, close: () => records.close() }
    },
  }
}

const own = (bytes: Uint8Array) => new Uint8Array(bytes)

const digester: Digester = {
  digest: async (bytes) => own(createHash('sha256').update(bytes).digest()),
  createHash(algorithm) {
    const hash = createHash(algorithm)
    return { update: (bytes) => void hash.update(bytes), digest: () => own(hash.digest()) }
  },
  wholeDigestIsCheap: true,
}
