import { InvalidArgumentError } from 'commander'

const RATE = /^(\d+(?:\.\d+)?)([kmg]?)(?:i?b)?$/i
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** `500K`, `1M`, `1.5G`: bytes a second, in binary multiples as curl and wget have them. */
export function parseRate(text: string): number {
  return parseBytes(text, 'It is a number with K, M or G, such as 500K or 1M.')
}

/** `1048576`, `500K`, `1G`: bytes, in the same multiples. */
export function parseSize(text: string): number {
  return parseBytes(text, 'It is a number of bytes, or with K, M or G, such as 500K or 1G.')
}

function parseBytes(text: string, complaint: string): number {
  const [, amount = '', suffix = ''] = RATE.exec(text.trim()) ?? []
  const bytes = Math.round(Number(amount) * (FACTORS[suffix.toLowerCase()] ?? 1))
  if (amount === '' || bytes < 1 || !Number.isSafeInteger(bytes)) throw new InvalidArgumentError(complaint)
  return bytes
}

/** How many of something: 1 or more. */
export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('It is a whole number from 1.')
  return count
}

export function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : -1
  if (port < 0 || port > 65_535) throw new InvalidArgumentError('It is a number from 0 (any free port) to 65535.')
  return port
}

/** Seconds, to milliseconds. */
export function parseSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : -1
  if (seconds < 0) throw new InvalidArgumentError('It is a number of seconds, such as 5 or 0.5.')
  return Math.round(seconds * 1000)
}
