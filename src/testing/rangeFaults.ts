import type { Bytes } from '../domain/bytes.js'
import type { Fault } from './fault.js'
import {
  answerPart,
  answerWhole,
  answerWith,
  askedRange,
  type Resource,
  type ScriptedAnswer,
  startOf,
  text,
  withBody,
  withHeader,
} from './scriptedAnswers.js'

/** 200 with the whole file, whatever part was asked for. */
export function ignoreRange(): Fault {
  return { name: 'ignoreRange', apply: ({ resource, answer }) => (resource ? answerWhole(resource) : answer) }
}

/** 206 from `start` on, whatever part was asked for; `Content-Range` says so. */
export function wrongRange(start: number): Fault {
  return {
    name: `wrongRange ${start}`,
    apply: ({ resource, answer }) => (resource ? answerPart(resource, start, resource.bytes.length) : answer),
  }
}

/** 206 with the bytes from `start` to before `end`, asked for or not. @default the whole file */
export function unaskedRange(start = 0, end?: number): Fault {
  return {
    name: `unaskedRange ${start}`,
    apply: ({ resource, answer }) => (resource ? answerPart(resource, start, end ?? resource.bytes.length) : answer),
  }
}

/** The part of `Content-Range` that is untrue. */
export interface RangeLie {
  readonly start?: number
  /** Included. */
  readonly last?: number
  /** `*` is no lie: a server may not know it. */
  readonly total?: number | '*'
}

/** The right bytes of a 206, and a `Content-Range` that tells otherwise: in parts, in all, or not at all. */
export function lieAboutRange(lie: RangeLie | string | undefined): Fault {
  return {
    name: 'lieAboutRange',
    apply({ answer }) {
      const said = /^bytes (\d+)-(\d+)\/(.+)$/.exec(answer.headers['content-range'] ?? '')
      if (!said) return answer
      if (lie === undefined || typeof lie === 'string') return withHeader(answer, 'content-range', lie)
      const [, start, last, total] = said
      return withHeader(
        answer,
        'content-range',
        `bytes ${lie.start ?? start}-${lie.last ?? last}/${lie.total ?? total}`,
      )
    },
  }
}

/** The body ends `bytes` before what `Content-Range` says, and `Content-Length` is that of the body. */
export function shortBody(bytes: number): Fault {
  return {
    name: `shortBody ${bytes}`,
    apply: ({ answer }) => withBody(answer, answer.body.slice(0, Math.max(0, answer.body.length - bytes))),
  }
}

/** `bytes` more than `Content-Range` says: the file goes on, past its end with zeros. `Content-Length` counts them. */
export function longBody(bytes: number): Fault {
  return {
    name: `longBody ${bytes}`,
    apply({ answer, resource }) {
      const body = new Uint8Array(answer.body.length + bytes)
      const start = startOf(answer)
      if (resource) body.set(resource.bytes.subarray(start, start + body.length))
      body.set(answer.body)
      return withBody(answer, body)
    },
  }
}

/** 206 with no byte, `bytes 1000-999/1000`: as if the end had been asked for. */
export function emptyRange(): Fault {
  return {
    name: 'emptyRange',
    apply: ({ resource, answer }) =>
      resource ? answerPart(resource, resource.bytes.length, resource.bytes.length) : answer,
  }
}

/**
 * 416, whatever was asked for.
 *
 * @param total what `Content-Range` says the size is; `none` for no such header, as Apache. @default the truth
 */
export function refuseRange(total?: number | 'none'): Fault {
  return {
    name: `refuseRange ${total ?? ''}`,
    apply({ resource }) {
      const contentRange = { 'content-range': `bytes */${total ?? resource?.bytes.length ?? 0}` }
      return answerWith(416, text(''), total === 'none' ? {} : contentRange)
    },
  }
}

/** 400 for a range that starts past the end, and all is well for every other. */
export function badRequestPastEnd(): Fault {
  return {
    name: 'badRequestPastEnd',
    apply: ({ answer }) => (answer.status === 416 ? answerWith(400, text('bad request')) : answer),
  }
}

/** Bytes of the file; the last included. */
export type RangePart = readonly [first: number, last: number]

const BOUNDARY = 'plugdock-part'

/** 206 `multipart/byteranges`. @default one part: what was asked for */
export function multipart(...parts: readonly RangePart[]): Fault {
  return {
    name: 'multipart',
    apply({ asked, resource, answer }) {
      if (!resource) return answer
      const range = askedRange(asked, resource) ?? { start: 0, end: resource.bytes.length }
      const wanted = parts.length > 0 ? parts : [[range.start, range.end - 1] as const]
      return toMultipart(answer, resource, wanted)
    },
  }
}

function toMultipart(answer: ScriptedAnswer, resource: Resource, parts: readonly RangePart[]): ScriptedAnswer {
  const { bytes, contentType } = resource
  const pieces = parts.flatMap(([first, last]) => [
    text(
      `\r\n--${BOUNDARY}\r\nContent-Type: ${contentType}\r\nContent-Range: bytes ${first}-${last}/${bytes.length}\r\n\r\n`,
    ),
    bytes.subarray(first, last + 1),
  ])
  const body = joined([...pieces, text(`\r\n--${BOUNDARY}--\r\n`)])
  const whole = withHeader({ ...withBody(answer, body), status: 206 }, 'content-range', undefined)
  return withHeader(whole, 'content-type', `multipart/byteranges; boundary=${BOUNDARY}`)
}

function joined(pieces: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
