import { BehaviorSubject } from 'rxjs'
import { type BandwidthPolicy, changedPolicy, type PolicyChange } from '../domain/policy.js'
import { type PolicyRecord, RECORD_KINDS, readRecord } from '../domain/records.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { RecordStore } from '../ports/recordStore.js'
import type { TransferEngine } from '../ports/transferEngine.js'

/** What the policy governs, and where it is kept, while the supervisor leads. */
interface PolicyTies {
  readonly records: RecordStore
  readonly epoch: number
  readonly engine: TransferEngine
}

/** The bandwidth policy: the options' where the user changed nothing, and obeyed at once. */
export class PolicyDesk {
  readonly changes: BehaviorSubject<BandwidthPolicy>
  readonly #initial: BandwidthPolicy
  readonly #inTurn = createSerialQueue()
  #change: PolicyChange = {}
  #ties: PolicyTies | undefined
  #written: Promise<void> = Promise.resolve()

  constructor(initial: BandwidthPolicy) {
    this.#initial = initial
    this.changes = new BehaviorSubject(initial)
  }

  get current(): BandwidthPolicy {
    return this.changes.value
  }

  /** What the user changed of the options. */
  get changed(): PolicyChange {
    return this.#change
  }

  /** The leader has it so. */
  show(change: PolicyChange): void {
    this.#take(change)
  }

  /** Takes up what the user changed in a former run. */
  async open(records: RecordStore): Promise<void> {
    const record = readRecord<PolicyRecord>(await records.get(RECORD_KINDS.policy))
    this.#take({ ...record?.change, ...(record?.isUnlimited ? { limitBytesPerSecond: undefined } : {}) })
  }

  /** Somebody else leads. */
  leave(): void {
    this.#ties = undefined
  }

  /** From now on it is obeyed, and changes of it are kept. */
  lead(ties: PolicyTies): void {
    this.#ties = ties
    ties.engine.limit(this.current.limitBytesPerSecond)
  }

  change(change: PolicyChange): void {
    this.#take({ ...this.#change, ...change })
    this.#keep()
  }

  /** Back to the options. */
  reset(): void {
    this.#take({})
    this.#keep()
  }

  /** Settles when the present policy is found again after a restart; rejects where it could not be written. */
  whenWritten(): Promise<void> {
    return this.#written
  }

  #take(change: PolicyChange): void {
    this.#change = change
    this.changes.next(changedPolicy(this.#initial, change))
    this.#ties?.engine.limit(this.current.limitBytesPerSecond)
  }

  #keep(): void {
    const change = this.#change
    const value = Object.keys(change).length === 0 ? undefined : toRecord(change)
    this.#written = this.#inTurn(async () => {
      const { records, epoch } = this.#ties ?? {}
      await records?.commit([{ key: RECORD_KINDS.policy, value }], { epoch: epoch ?? 0 })
    })
    // whoever wants to know asks `whenWritten`
    this.#written.catch(() => {})
  }
}

/** Records are JSON, which has no `undefined`. */
function toRecord(change: PolicyChange): PolicyRecord {
  const isUnlimited = 'limitBytesPerSecond' in change && change.limitBytesPerSecond === undefined
  return isUnlimited ? { v: 1, change, isUnlimited } : { v: 1, change }
}
