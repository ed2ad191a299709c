import { type HistoryRecord, RECORD_KINDS, type TrialRecord, trialKey } from '../domain/records.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { RecordChange } from '../ports/recordStore.js'
import type { NamedHistory } from './saneTimes.js'

/** What was learned of versions, and the trials that were begun: as the records say. Memory follows the commit. */
export class VersionHistory {
  readonly #histories: Map<string, HistoryRecord>
  readonly #trials: Map<string, TrialRecord>
  /** One verdict after the other: each is made of what the one before has written. */
  readonly inTurn = createSerialQueue()
  /** Told after every change of what was learned of a plugin. */
  onChange: (pluginId: string) => void = () => {}

  /** `histories` by plugin. */
  constructor(histories: Iterable<readonly [string, HistoryRecord]>, trials: readonly TrialRecord[]) {
    this.#histories = new Map(histories)
    this.#trials = new Map(trials.map((trial) => [trialKey(trial), trial]))
  }

  of(pluginId: string): HistoryRecord | undefined {
    return this.#histories.get(pluginId)
  }

  all(): readonly NamedHistory[] {
    return [...this.#histories]
  }

  trial(of: Pick<TrialRecord, 'pluginId' | 'address'>): TrialRecord | undefined {
    return this.#trials.get(trialKey(of))
  }

  trials(): readonly TrialRecord[] {
    return [...this.#trials.values()]
  }

  /** After the commit of what the change functions below have made. */
  learn(changes: readonly RecordChange[]): void {
    for (const { key, value } of changes) {
      if (key.startsWith(RECORD_KINDS.history)) {
        const pluginId = key.slice(RECORD_KINDS.history.length)
        // only the functions below make such changes
        if (value) this.#histories.set(pluginId, value as HistoryRecord)
        else this.#histories.delete(pluginId)
        this.onChange(pluginId)
      }
      if (!key.startsWith(RECORD_KINDS.trial)) continue
      // as above
      if (value) this.#trials.set(key, value as TrialRecord)
      else this.#trials.delete(key)
    }
  }
}

export function historyChange(pluginId: string, history: HistoryRecord): RecordChange {
  return { key: RECORD_KINDS.history + pluginId, value: history }
}

export function trialChange(trial: TrialRecord): RecordChange {
  return { key: trialKey(trial), value: trial }
}

export function trialRemoval(of: Pick<TrialRecord, 'pluginId' | 'address'>): RecordChange {
  return { key: trialKey(of), value: undefined }
}
