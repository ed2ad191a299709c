import { toPortable } from '../../domain/portableError.js'
import type { Call, Calls } from './calls.js'
import type { Answer } from './messages.js'

const MAX_KEPT = 500

interface AnswersTies {
  readonly tell: (answer: Answer) => void
  /** Whether something failed because this page leads no more. */
  readonly isOver: (error: unknown) => boolean
}

/** The calls of other pages, each carried out once however often it comes, and answered as often. */
export class Answers {
  readonly #calls: Calls
  readonly #ties: AnswersTies
  readonly #running = new Set<string>()
  readonly #kept = new Map<string, Answer>()
  #isOver = false

  constructor(calls: Calls, ties: AnswersTies) {
    this.#calls = calls
    this.#ties = ties
  }

  /** Settles when it was answered. */
  async receive(call: Call, isRepeated: boolean): Promise<void> {
    const known = this.#kept.get(call.id)
    if (known) return this.#ties.tell(known)
    if (this.#running.has(call.id)) return
    this.#running.add(call.id)
    const answer = await this.#answer(call, isRepeated)
    this.#running.delete(call.id)
    if (!answer || this.#isOver) return
    this.#keep(answer)
    this.#ties.tell(answer)
  }

  /** This page leads no more: whoever does is asked again, and answers. */
  end(): void {
    this.#isOver = true
  }

  /** Answers those again that were carried out; gives back those that never came. */
  remind(ids: readonly string[]): readonly string[] {
    for (const id of ids) {
      const known = this.#kept.get(id)
      if (known) this.#ties.tell(known)
    }
    return ids.filter((id) => !this.#kept.has(id) && !this.#running.has(id))
  }

  /** `undefined` where it ended with the leadership. */
  async #answer(call: Call, isRepeated: boolean): Promise<Answer | undefined> {
    const { id } = call
    try {
      return { id, ok: true, value: await this.#calls.run(call, isRepeated) }
    } catch (error) {
      if (this.#ties.isOver(error)) return undefined
      return { id, ok: false, error: toPortable(error) }
    }
  }

  #keep(answer: Answer): void {
    this.#kept.set(answer.id, answer)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }
}
