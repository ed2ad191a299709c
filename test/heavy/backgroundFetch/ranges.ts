import type { ScriptedRequest } from '../../../src/testing/index.js'

/** Bytes of a file: `first` to before `end`. */
export interface ByteRange {
  readonly first: number
  readonly end: number
}

/** What was asked for. */
export function askedRange({ headers }: Pick<ScriptedRequest, 'headers'>, size: number): ByteRange {
  const [, first = '0', last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  return { first: Number(first), end: last ? Number(last) + 1 : size }
}

/** What of it was sent. */
export function sentRange(request: ScriptedRequest, size: number): ByteRange {
  const { first } = askedRange(request, size)
  return { first, end: first + request.bytesSent }
}

export function lengthOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { first, end }) => sum + end - first, 0)
}

/** Bytes that are in one of each. */
export function overlap(left: readonly ByteRange[], right: readonly ByteRange[]): number {
  const common = left.flatMap((a) => right.map((b) => Math.min(a.end, b.end) - Math.max(a.first, b.first)))
  return common.filter((bytes) => bytes > 0).reduce((sum, bytes) => sum + bytes, 0)
}

/** Bytes that are in several of them. */
export function repeated(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, range, at) => sum + overlap([range], ranges.slice(at + 1)), 0)
}
