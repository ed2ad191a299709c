import type { Asked, Resource, ScriptedAnswer } from './scriptedAnswers.js'

/** One request, its file, and the answer so far. */
export interface Exchange {
  readonly asked: Asked
  readonly resource: Resource | undefined
  readonly answer: ScriptedAnswer
  /** Another file of the same origin. */
  find(path: string): Resource | undefined
}

/** What goes wrong with one answer; with every one from then on where it is `sticky`. */
export interface Fault {
  readonly name: string
  readonly sticky?: boolean
  /** For the answers to preflights, which use up no other fault. @default false */
  readonly ofPreflights?: boolean
  apply(exchange: Exchange): ScriptedAnswer
}

/** Nothing goes wrong with this one. */
export function pass(): Fault {
  return { name: 'pass', apply: ({ answer }) => answer }
}

/** The same with every answer from then on. */
export function always(fault: Fault): Fault {
  return { ...fault, name: `always ${fault.name}`, sticky: true }
}

/** Several at once, in this order: first what answers anew (`status`, `gzip`, `withEtag`), then what spoils an answer. */
export function together(...faults: readonly Fault[]): Fault {
  return {
    name: faults.map(({ name }) => name).join(' and '),
    apply: (exchange) => faults.reduce((answer, fault) => fault.apply({ ...exchange, answer }), exchange.answer),
  }
}
