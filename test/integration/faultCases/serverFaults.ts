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

/** 206 of what is there now, whatever was there when the ETag was given out. */
export function ignoreIfRange(): Fault {
  return {
    name: 'ignoreIfRange',
    apply({ asked, resource }) {
      const { 'if-range': _, ...headers } = asked.headers
      return answerProperly({ ...asked, headers }, resource)
    },
  }
}

function offsetOf(headers: Readonly<Record<string, string>>): number {
  return Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
}
