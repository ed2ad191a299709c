import type { Bytes } from '../domain/bytes.js'
import type { Fault } from './fault.js'
import { answerWith, RAW_STATUS, type ScriptedAnswer, text, withHeader } from './scriptedAnswers.js'

/** The connection breaks after `bytes` of the body. */
export function dropAfter(bytes: number): Fault {
  return { name: `dropAfter ${bytes}`, apply: ({ answer }) => cut(answer, bytes, 'drop') }
}

/**
 * The connection is reset (RST) after `bytes` of the body. What the client has not read yet may be lost; Node's clients
 * may take it for an end where it came together with bytes.
 */
export function resetAfter(bytes: number): Fault {
  return { name: `resetAfter ${bytes}`, apply: ({ answer }) => cut(answer, bytes, 'reset') }
}

/** After `bytes` of the body nothing more comes, until the client goes away or the origin closes. */
export function stall(bytes = 0): Fault {
  return { name: `stall ${bytes}`, apply: ({ answer }) => cut(answer, bytes, 'stall') }
}

/** The connection breaks before any header. */
export function refuse(): Fault {
  return { name: 'refuse', apply: ({ answer }) => ({ ...answer, end: 'refuse' }) }
}

/** The connection is taken, and no header ever comes. */
export function hang(): Fault {
  return { name: 'hang', apply: ({ answer }) => ({ ...answer, end: 'hang' }) }
}

/** A clean end after `bytes` of the body, and no length that would give it away. */
export function truncate(bytes: number): Fault {
  return {
    name: `truncate ${bytes}`,
    apply: ({ answer }) => cut(withHeader(answer, 'content-length', undefined), bytes, 'clean'),
  }
}

/** `bytes` of the body every `everyMs`, by the clock of the origin. The first come after the first wait. */
export function trickle(bytes: number, everyMs: number): Fault {
  return {
    name: `trickle ${bytes} every ${everyMs} ms`,
    apply: ({ answer }) => ({ ...answer, trickle: { bytes, everyMs } }),
  }
}

/** The body starts over and over, and never ends. No length is said. */
export function endless(): Fault {
  return {
    name: 'endless',
    apply: ({ answer }) => ({
      ...withHeader(answer, 'content-length', undefined),
      sendBytes: answer.body.length > 0 ? Number.POSITIVE_INFINITY : 0,
    }),
  }
}

/**
 * No length is said. `chunked`: the end shows all the same. `close`: HTTP/1.0's way, where the end of the connection is
 * the end of the body, so that a body that breaks off looks whole.
 */
export function withoutLength(framing: 'chunked' | 'close' = 'chunked'): Fault {
  return {
    name: `withoutLength ${framing}`,
    apply: ({ answer }) => ({
      ...withHeader(answer, 'content-length', undefined),
      untilClose: framing === 'close',
    }),
  }
}

/** A chunked body that ends after `bytes`, without its last chunk. */
export function unfinishedChunks(bytes: number): Fault {
  return {
    name: `unfinishedChunks ${bytes}`,
    apply: ({ answer }) => cut(withHeader(answer, 'content-length', undefined), bytes, 'drop'),
  }
}

/** `Content-Length` says so many bytes more, or fewer, than come. After fewer bytes than it says the connection ends. */
export function lieAboutLength(difference: number): Fault {
  return {
    name: `lieAboutLength ${difference}`,
    apply: ({ answer }) => withHeader(answer, 'content-length', String(Math.max(0, answer.body.length + difference))),
  }
}

/**
 * `head` goes to the socket as it is, status line, empty line and all, then `body`; then the connection ends. For what
 * no HTTP library would send. Only over a socket: the `fetch` in memory rejects.
 */
export function raw(head: string, body: Bytes | string = ''): Fault {
  const bytes = typeof body === 'string' ? text(body) : body
  return { name: 'raw', apply: () => ({ ...answerWith(RAW_STATUS, bytes), head }) }
}

function cut(answer: ScriptedAnswer, bytes: number, end: ScriptedAnswer['end']): ScriptedAnswer {
  return { ...answer, sendBytes: Math.min(bytes, answer.sendBytes), end }
}
