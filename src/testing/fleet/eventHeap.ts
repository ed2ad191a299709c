/** What is due when, soonest first: a binary heap of numbers, so that a million of them are cheap. */
export class EventHeap {
  readonly #times: number[] = []
  readonly #codes: number[] = []

  /** When the next is due. */
  get nextAt(): number | undefined {
    return this.#times[0]
  }

  push(at: number, code: number): void {
    let hole = this.#times.length
    for (let parent = (hole - 1) >> 1; hole > 0 && this.#timeAt(parent) > at; parent = (hole - 1) >> 1) {
      this.#move(parent, hole)
      hole = parent
    }
    this.#times[hole] = at
    this.#codes[hole] = code
  }

  pop(): number | undefined {
    const top = this.#codes[0]
    const at = this.#times.pop()
    const code = this.#codes.pop()
    if (at === undefined || code === undefined || this.#times.length === 0) return top
    let hole = 0
    for (let least = this.#lesserChild(hole); this.#timeAt(least) < at; least = this.#lesserChild(hole)) {
      this.#move(least, hole)
      hole = least
    }
    this.#times[hole] = at
    this.#codes[hole] = code
    return top
  }

  #lesserChild(parent: number): number {
    const left = 2 * parent + 1
    return this.#timeAt(left + 1) < this.#timeAt(left) ? left + 1 : left
  }

  /** Past the end lies what never comes. */
  #timeAt(index: number): number {
    return this.#times[index] ?? Number.POSITIVE_INFINITY
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#timeAt(from)
    this.#codes[to] = this.#codes[from] ?? 0
  }
}
