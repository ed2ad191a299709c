import { type KeyState, rootState } from '../domain/keyState.js'
import { type CodeHost, laterPart } from '../domain/laterPart.js'
import { type KeysRecord, readRecord, type TimeRecord, TRUST_KEYS } from '../domain/records.js'
import type { TrustRules } from '../domain/trust.js'
import type { VerifySignature } from '../domain/verification.js'
import type { Clock } from '../ports/clock.js'
import type { RecordChange, RecordStore } from '../ports/recordStore.js'

const keyLists = laterPart('following lists of keys', () => import('../domain/keyList.js'))

/** Which keys are good at the moment, and how late it is at least. As the records say; memory follows the commit. */
export class TrustDesk {
  /** Absent where the app asks for no signature. */
  readonly rules: TrustRules | undefined
  readonly verify: VerifySignature
  /** When the list of keys was last asked for, on the monotonic clock. */
  askedAt: number | undefined
  /** The asking under way. */
  asking: Promise<void> | undefined
  #keys: KeyState | undefined
  #seenVersion = 0
  #areKeysKept = true
  #seenAt = 0

  constructor(rules: TrustRules | undefined, verify: VerifySignature) {
    this.rules = rules
    this.verify = verify
    this.#keys = rules && rootState(rules.root)
  }

  /**
   * Reads what is kept. Lists that the app's own keys do not lead to any more are left out; their version still counts.
   * What was learned here since, and could not be kept, stays.
   */
  async open(records: Pick<RecordStore, 'get'>, host: CodeHost): Promise<void> {
    const { seenAt = 0 } = readRecord<TimeRecord>(await records.get(TRUST_KEYS.time)) ?? {}
    this.sawTime(Number.isFinite(seenAt) ? seenAt : 0)
    if (!this.rules) return
    const { version = 0, lists = [] } = readRecord<KeysRecord>(await records.get(TRUST_KEYS.keys)) ?? {}
    this.#seenVersion = Math.max(this.#seenVersion, version)
    const root = rootState(this.rules.root)
    const kept = lists.length === 0 ? root : await this.#follow(root, lists, host)
    this.#areKeysKept = kept.version >= (this.#keys?.version ?? 0)
    if (this.#areKeysKept) this.#keys = kept
  }

  async #follow(root: KeyState, lists: KeyState['lists'], host: CodeHost): Promise<KeyState> {
    const { followKeyLists } = await keyLists.load(host)
    return followKeyLists(root, lists, { verify: this.verify }).catch(() => root)
  }

  /** `undefined` where the app asks for no signature. */
  get keys(): KeyState | undefined {
    return this.#keys
  }

  /** Whether the records say so too. */
  get areKeysKept(): boolean {
    return this.#areKeysKept
  }

  get seenVersion(): number {
    return Math.max(this.#seenVersion, this.#keys?.version ?? 0)
  }

  /** Under which floors are set. */
  get epoch(): number {
    return this.#keys?.epoch ?? 0
  }

  /** Epoch ms: what the clock says, and never before the latest time that a manifest was accepted at. */
  now(clock: Pick<Clock, 'now'>): number {
    return Math.max(clock.now(), this.#seenAt)
  }

  /** What keeps that it was `time` when something that can expire was good; nothing where that is known to be past. */
  timeChanges(time: number): readonly RecordChange[] {
    return time > this.#seenAt ? [{ key: TRUST_KEYS.time, value: { v: 1, seenAt: time } satisfies TimeRecord }] : []
  }

  keysChange({ version, lists }: KeyState): RecordChange {
    return { key: TRUST_KEYS.keys, value: { v: 1, version, lists } satisfies KeysRecord }
  }

  /** After the commit. */
  sawTime(time: number): void {
    this.#seenAt = Math.max(this.#seenAt, time)
  }

  /** After the commit. */
  adopt(keys: KeyState, { isKept }: { readonly isKept: boolean }): void {
    this.#keys = keys
    this.#areKeysKept = isKept
    this.#seenVersion = keys.version
  }
}
