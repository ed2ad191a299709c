import { Observable, Subject } from 'rxjs'
import type { RollbackCause } from '../domain/plugin.js'

/** Something of a version on this device that an app, and its user, would want to know. */
export type Notice = RolledBackNotice | CondemnedNotice | StorageLostNotice

export interface RolledBackNotice {
  readonly type: 'rolledBack'
  readonly pluginId: string
  readonly version: string
  /** The version that is active now. */
  readonly to: string
  readonly reason: string
  readonly cause: RollbackCause
  /** Of its quarantine, epoch ms; absent where it is in none. */
  readonly until?: number | undefined
  /** The settled downloads that had brought it. */
  readonly taskIds: readonly string[]
}

/** A version failed and there is none to go back to. */
export interface CondemnedNotice {
  readonly type: 'condemned'
  readonly pluginId: string
  readonly version: string
  readonly reason: string
  /** Epoch ms. */
  readonly until: number
}

/** The records name a version whose bytes are gone. */
export interface StorageLostNotice {
  readonly type: 'storageLost'
  readonly pluginId: string
  readonly version: string
}

const MAX_KEPT = 100

/** Notices to one kind of listener. What comes while nobody listens, as at the start, is told to the first who does. */
export class Notices {
  readonly #subject = new Subject<Notice>()
  /** As they come, and never again. */
  readonly told = new Subject<Notice>()
  #kept: Notice[] = []

  tell(notice: Notice): void {
    this.told.next(notice)
    if (this.#subject.observed) this.#subject.next(notice)
    else this.#kept = [...this.#kept, notice].slice(-MAX_KEPT)
  }

  readonly heard = new Observable<Notice>((subscriber) => {
    const kept = this.#kept
    this.#kept = []
    for (const notice of kept) subscriber.next(notice)
    return this.#subject.subscribe(subscriber)
  })
}
