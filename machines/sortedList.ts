/** So many neighbours are moved at most when one is added or removed. */
const MAX_BLOCK = 512

/**
 * Items in the order of `compare`. To find, add or remove one costs O(log n) comparisons and moves no more than a block of
 * neighbours, however many there are; where two compare equal, it may cost a look at all.
 */
export class SortedList<T> implements Iterable<T> {
  readonly #compare: (left: T, right: T) => number
  /** None is empty. */
  readonly #blocks: T[][] = []

  constructor(compare: (left: T, right: T) => number) {
    this.#compare = compare
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const block of this.#blocks) yield* block
  }

  add(item: T): void {
    const at = Math.min(this.#blockOf(item), this.#blocks.length - 1)
    const block = this.#blocks[at]
    if (!block) {
      this.#blocks.push([item])
      return
    }
    block.splice(this.#placeIn(block, item), 0, item)
    if (block.length > MAX_BLOCK) this.#blocks.splice(at + 1, 0, block.splice(MAX_BLOCK / 2))
  }

  /** Nothing, where it is not there. */
  remove(item: T): void {
    const at = this.#blockWith(item)
    const block = this.#blocks[at]
    if (!block) return
    block.splice(this.#placeWith(block, item), 1)
    if (block.length === 0) this.#blocks.splice(at, 1)
  }

  /** `other`, which compares equal to it, in the place of `item`. */
  replace(item: T, other: T): void {
    const block = this.#blocks[this.#blockWith(item)]
    if (block) block[this.#placeWith(block, item)] = other
  }

  /** How many stand before it. */
  rankOf(item: T): number {
    const at = this.#blockOf(item)
    const before = this.#blocks.slice(0, at).reduce((sum, { length }) => sum + length, 0)
    const block = this.#blocks[at]
    return block ? before + this.#placeIn(block, item) : before
  }

  /** That very item: one that only compares equal to it stays. */
  #blockWith(item: T): number {
    const at = this.#blockOf(item)
    const block = this.#blocks[at]
    if (block && block[this.#placeIn(block, item)] === item) return at
    return this.#blocks.findIndex((other) => other.includes(item))
  }

  #placeWith(block: readonly T[], item: T): number {
    const at = this.#placeIn(block, item)
    return block[at] === item ? at : block.indexOf(item)
  }

  /** The first block that does not end before `item`. */
  #blockOf(item: T): number {
    return lowerBound(this.#blocks.length, (at) => {
      const last = this.#blocks[at]?.at(-1)
      return last !== undefined && this.#compare(last, item) < 0
    })
  }

  #placeIn(block: readonly T[], item: T): number {
    return lowerBound(block.length, (at) => {
      const other = block[at]
      return other !== undefined && this.#compare(other, item) < 0
    })
  }
}

/** The first of `count` places that `isBefore` is not true of; it is true of none after that. */
function lowerBound(count: number, isBefore: (at: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
