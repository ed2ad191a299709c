import type { Fault } from '../../../src/testing/index.js'
import { answerProperly } from '../../../src/testing/scriptedAnswers.js'

/** Only of answers to requests that begin behind the first byte. */
export function whenResumed(fault: Fault): Fault {
  return {
    ...fault,
    name: `resumed: ${fault.name}`,
    apply: (exchange) => (offsetOf(exchange.asked.headers) > 0 ? fault.apply(exchange) : exchange.answer),
  }
}

/** Only of answers to requests with a range. */
export function whenRanged(fault: Fault): Fault {
  return {
    ...fault,
    name: `ranged: ${fault.name}`,
    apply: (exchange) => (exchange.asked.headers.range === undefined ? exchange.answer : fault.apply(exchange)),
  }
}

/** Only of answers to requests without a range. */
export function whenPlain(fault: Fault): Fault {
  return {
    ...fault,
    name: `plain: ${fault.name}`,
    apply: (exchange) => (exchange.asked.headers.range === undefined ? fault.apply(exchange) : exchange.answer),
  }
}

/** As if no range had been asked for. */
export function withoutRange(fault: Fault): Fault {
  return {
    ...fault,
    name: `without range: ${fault.name}`,
    apply(exchange) {
      const { range: _, ...headers } = exchange.asked.headers
      return fault.apply({ ...exchange, asked: { ...exchange.asked, headers } })
    },
  }
}

/** As if no condition had been made for the range. */
export function withoutIfRange(fault: Fault): Fault {
  return {
    ...fault,
    name: `without If-Range: ${fault.name}`,
    apply(exchange) {
      const { 'if-range': _, ...headers } = exchange.asked.headers
      return fault.apply({ ...exchange, asked: { ...exchange.asked, headers } })
    },
  }
}

/** 206 of what is there now, whatever was there when the ETag was given out. */
export function ignoreIfRange(): Fault {
  const answer: Fault = { name: 'answer', apply: ({ asked, resource }) => answerProperly(asked, resource) }
  return { ...withoutIfRange(answer), name: 'ignoreIfRange' }
}

function offsetOf(headers: Readonly<Record<string, string>>): number {
  return Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
}
