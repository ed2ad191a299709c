/** Which rows of a long list are in the page, and how much room those between them take. */
export interface RowWindow {
  /** Indices of the rows to mount, in order. */
  readonly shown: readonly number[]
  /** In px, before each of them. */
  readonly gaps: readonly number[]
  /** In px, after the last. */
  readonly rest: number
}

export interface Span {
  readonly from: number
  readonly to: number
}

/** The rows that touch the span, and those that are kept wherever they are. Heights, and the span, in px. */
export function windowOf(heights: readonly number[], span: Span, kept: ReadonlySet<number>): RowWindow {
  const shown: number[] = []
  const gaps: number[] = []
  let offset = 0
  let gap = 0
  for (const [index, height] of heights.entries()) {
    const isVisible = offset < span.to && offset + height > span.from
    if (isVisible || kept.has(index)) {
      shown.push(index)
      gaps.push(gap)
      gap = 0
    } else gap += height
    offset += height
  }
  return { shown, gaps, rest: gap }
}

/** Heights of rows as they were measured; of others what the measured ones are like. */
export class RowHeights {
  readonly #measured = new Map<string, number>()
  readonly #guess: number
  #sum = 0

  constructor(guess: number) {
    this.#guess = guess
  }

  /** `false` where that was known. */
  learn(taskId: string, height: number): boolean {
    const known = this.#measured.get(taskId)
    if (known !== undefined && Math.abs(known - height) < 1) return false
    this.#measured.set(taskId, height)
    this.#sum += height - (known ?? 0)
    return true
  }

  of(taskIds: readonly string[]): readonly number[] {
    const average = this.#measured.size === 0 ? this.#guess : this.#sum / this.#measured.size
    return taskIds.map((taskId) => this.#measured.get(taskId) ?? average)
  }
}
