import type { BundleStore } from '../ports/bundleStore.js'
import type { Digester } from '../ports/digester.js'
import type { Leases } from '../ports/locks.js'
import type { RecordStore } from '../ports/recordStore.js'
import type { ServedQuestion } from '../ports/servedFiles.js'

/** What a service worker needs of the world to serve the files of one dock. Nothing of it is touched before a request. */
export interface ServedPlatform {
  /** The service worker's. */
  scope(): string
  now(): number
  readonly digester: Digester
  readonly leases: Leases
  /** For reading. `undefined` where no dock has stored anything yet. */
  openStores(): Promise<ServedStores | undefined>
  /** What the page `clientId` answers; `undefined` where that is no page with such a dock, or it does not know. */
  askPage(clientId: string, question: ServedQuestion): Promise<unknown>
  /** The first answer of any page of this origin; `undefined` where none has one. */
  askAnyPage(question: ServedQuestion): Promise<unknown>
}

export interface ServedStores {
  readonly records: Pick<RecordStore, 'get'>
  readonly bundles: Pick<BundleStore, 'openBundle'>
}
