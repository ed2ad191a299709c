/** A connection that was granted. */
export interface Slot {
  release(): void
}

interface Holder {
  readonly job: object
  /** Asked to end soon, because somebody has none. */
  readonly giveWay: () => void
}

interface Waiting {
  readonly holder: Holder
  readonly grant: (slot: Slot) => void
}

/** Keeps all jobs together within so many connections to one origin. Nobody goes without while another has several. */
export class ConnectionSlots {
  readonly #held = new Map<string, Set<Holder>>()
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #leaving = new WeakSet<Holder>()

  /** One more for a job that has one; `undefined` where none is free. */
  tryTake(origin: string, limit: number, holder: Holder): Slot | undefined {
    const isWanted = (this.#waiting.get(origin)?.length ?? 0) > 0
    if (isWanted || this.#holders(origin).size >= limit) return undefined
    return this.#grant(origin, holder)
  }

  /** The first of a job: where none is free, whoever has several gives one up. Rejects with `signal.reason`. */
  take(origin: string, limit: number, holder: Holder, signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted()
    if (this.#holders(origin).size < limit) return Promise.resolve(this.#grant(origin, holder))
    return new Promise((resolve, reject) => {
      const queue = this.#waiting.get(origin) ?? []
      this.#waiting.set(origin, queue)
      const leave = (): void => {
        queue.splice(queue.indexOf(waiting), 1)
        reject(signal.reason)
      }
      const waiting: Waiting = {
        holder,
        grant: (slot) => {
          signal.removeEventListener('abort', leave)
          resolve(slot)
        },
      }
      queue.push(waiting)
      signal.addEventListener('abort', leave, { once: true })
      this.#askForOne(origin)
    })
  }

  #grant(origin: string, holder: Holder): Slot {
    const holders = this.#holders(origin)
    holders.add(holder)
    let isHeld = true
    return {
      release: () => {
        if (!isHeld) return
        isHeld = false
        holders.delete(holder)
        const next = this.#waiting.get(origin)?.shift()
        if (next) next.grant(this.#grant(origin, next.holder))
        else if (holders.size === 0) this.#held.delete(origin)
      },
    }
  }

  /** The youngest connection of the job that has most. */
  #askForOne(origin: string): void {
    const perJob = new Map<object, Holder[]>()
    for (const holder of this.#holders(origin)) {
      if (!this.#leaving.has(holder)) perJob.set(holder.job, [...(perJob.get(holder.job) ?? []), holder])
    }
    const most = [...perJob.values()].reduce<Holder[]>((best, own) => (own.length > best.length ? own : best), [])
    const youngest = most.at(-1)
    if (most.length < 2 || !youngest) return
    this.#leaving.add(youngest)
    youngest.giveWay()
  }

  #holders(origin: string): Set<Holder> {
    const found = this.#held.get(origin)
    if (found) return found
    const made = new Set<Holder>()
    this.#held.set(origin, made)
    return made
  }
}
