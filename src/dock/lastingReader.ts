import { type DockState, isStillOpen, type OpenedStores, storesOf, untilOpen } from '../actors/dockState.js'
import { digestsOf } from '../domain/digestsOf.js'
import type { NamedVersion } from '../domain/versions.js'
import type { BundleReader } from '../ports/bundleStore.js'
import { openStored } from './storedBundle.js'

interface OpenReader {
  readonly reader: BundleReader
  readonly from: OpenedStores
}

/** Takes over `first`, and reads on where this page opens its stores anew: it leads no more, or was away. */
export function lastingReader(state: DockState, named: NamedVersion, first: BundleReader): BundleReader {
  let current: Promise<OpenReader> = Promise.resolve({ reader: first, from: storesOf(state) })
  const reopen = async (from: OpenedStores, last: BundleReader): Promise<OpenReader> => {
    // of stores that are closed already
    await last.close().catch(() => {})
    return { reader: (await openStored(state, named)).reader, from }
  }
  const open = async (): Promise<OpenReader> => {
    const stores = await untilOpen(state)
    const last = current
    const { reader, from } = await last
    if (isStillOpen(state, from)) return { reader, from }
    if (current === last) {
      current = reopen(stores, reader)
      // the next read tries again
      current.catch(() => {
        current = last
      })
    }
    return current
  }
  const lasting = async <T>(use: (reader: BundleReader) => Promise<T>): Promise<T> => {
    for (;;) {
      const { reader, from } = await open()
      try {
        return await use(reader)
      } catch (error) {
        if (isStillOpen(state, from) || state.shuttingDown !== undefined) throw error
      }
    }
  }
  return {
    size: first.size,
    read: (offset, length) => lasting((reader) => reader.read(offset, length)),
    digests: (offset, lengths) => lasting((reader) => digestsOf(reader, state.host.digester, { offset, lengths })),
    close: async () => (await current).reader.close(),
  }
}
