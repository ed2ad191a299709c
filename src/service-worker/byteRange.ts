import type { FilePart } from '../plugins/zipFiles.js'

/**
 * The part of `sizeBytes` that a `Range` header asks for. `undefined`: all of it, where there is no such header, or one
 * that a server may ignore (several parts, another unit, no number). `'unsatisfiable'`: it lies outside.
 */
export function readRange(header: string | null, sizeBytes: number): FilePart | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  if (from === '') return lastBytes(Number(to), sizeBytes)
  const first = Number(from)
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (to !== '' && Number(to) < first) return undefined
  return first < sizeBytes ? { offset: first, length: last - first + 1 } : 'unsatisfiable'
}

function lastBytes(wanted: number, sizeBytes: number): FilePart | 'unsatisfiable' {
  const length = Math.min(wanted, sizeBytes)
  return length === 0 ? 'unsatisfiable' : { offset: sizeBytes - length, length }
}
