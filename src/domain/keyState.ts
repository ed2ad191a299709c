import type { KEY_LIST_PAYLOAD_TYPE, SignedDocument } from './envelope.js'
import type { KeyRing } from './trust.js'

/** An envelope around a list of keys. */
export interface SignedKeyList extends SignedDocument {
  readonly payloadType: typeof KEY_LIST_PAYLOAD_TYPE
}

/** Which keys are good, and by what chain of lists that is known. */
export interface KeyState {
  readonly ring: KeyRing
  /** Of the last list; 0 for the app's own keys. */
  readonly version: number
  readonly epoch: number
  readonly expires: string | undefined
  readonly lists: readonly SignedKeyList[]
}

/** What the app itself trusts. */
export function rootState(root: KeyRing): KeyState {
  return { ring: root, version: 0, epoch: 0, expires: undefined, lists: [] }
}
