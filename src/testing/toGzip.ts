import type { Bytes } from '../domain/bytes.js'
import { crc32 } from '../plugins/crc32.js'

const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
const END_OF_BLOCK = 256
const FIRST_LENGTH = 257
const SHORTEST_MATCH = 3
const LONGEST_MATCH = 257
const WINDOW_BYTES = 32 * 1024
const HASH_BITS = 15

/**
 * Bytes as gzip (RFC 1952), in one block of fixed codes (RFC 1951, 3.2.6). At once, where the platform's own answers on
 * a thread that no virtual clock waits for.
 */
export function toGzip(bytes: Bytes): Bytes {
  const bits = createBitWriter(HEADER, bytes.length + (bytes.length >> 3) + 64)
  bits.write(0b011, 3)
  for (const { literal, length, distance } of symbols(bytes)) {
    if (distance === 0) writeCode(bits, literal)
    else writeMatch(bits, length, distance)
  }
  writeCode(bits, END_OF_BLOCK)
  bits.align()
  bits.writeUint32(crc32(bytes))
  bits.writeUint32(bytes.length)
  return bits.taken()
}

interface Token {
  readonly literal: number
  readonly length: number
  /** 0 for a literal. */
  readonly distance: number
}

/** Each byte, or how far back the same run of bytes was. */
function* symbols(bytes: Bytes): Generator<Token> {
  const lastSeenAt = new Int32Array(1 << HASH_BITS).fill(-1)
  for (let at = 0; at < bytes.length; ) {
    const key = keyAt(bytes, at)
    const before = lastSeenAt[key] ?? -1
    lastSeenAt[key] = at
    const distance = at - before
    const length = before >= 0 && distance <= WINDOW_BYTES ? matchLength(bytes, before, at) : 0
    if (length < SHORTEST_MATCH) {
      yield { literal: bytes[at] ?? 0, length: 1, distance: 0 }
      at++
    } else {
      yield { literal: 0, length, distance }
      at += length
    }
  }
}

function keyAt(bytes: Bytes, at: number): number {
  const three = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
  return Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS)
}

function matchLength(bytes: Bytes, before: number, at: number): number {
  const most = Math.min(LONGEST_MATCH, bytes.length - at)
  let length = 0
  while (length < most && bytes[before + length] === bytes[at + length]) length++
  return length
}

function writeMatch(bits: BitWriter, length: number, distance: number): void {
  const far = length - SHORTEST_MATCH
  const lengthBits = Math.max(0, log2(far) - 2)
  writeCode(bits, FIRST_LENGTH + symbolOf(far, lengthBits, 2))
  bits.write(far & ((1 << lengthBits) - 1), lengthBits)
  const back = distance - 1
  const distanceBits = Math.max(0, log2(back) - 1)
  bits.write(reversed(symbolOf(back, distanceBits, 1), 5), 5)
  bits.write(back & ((1 << distanceBits) - 1), distanceBits)
}

/** Symbols double their reach every 4 (lengths) or 2 (distances); the first of them stand for one value each. */
function symbolOf(value: number, extraBits: number, stepBits: 1 | 2): number {
  return (extraBits << stepBits) + (value >> extraBits)
}

function log2(value: number): number {
  return 31 - Math.clz32(value)
}

function writeCode(bits: BitWriter, symbol: number): void {
  if (symbol < 144) bits.write(reversed(0x30 + symbol, 8), 8)
  else if (symbol < 256) bits.write(reversed(0x190 + symbol - 144, 9), 9)
  else if (symbol < 280) bits.write(reversed(symbol - 256, 7), 7)
  else bits.write(reversed(0xc0 + symbol - 280, 8), 8)
}

function reversed(code: number, length: number): number {
  let turned = 0
  for (let bit = 0; bit < length; bit++) turned |= ((code >> bit) & 1) << (length - 1 - bit)
  return turned
}

type BitWriter = ReturnType<typeof createBitWriter>

/** Lowest bit first. */
function createBitWriter(start: readonly number[], capacityBytes: number) {
  const bytes = new Uint8Array(capacityBytes)
  bytes.set(start)
  let at = start.length
  let waiting = 0
  let count = 0
  const write = (value: number, length: number) => {
    waiting |= value << count
    count += length
    for (; count >= 8; count -= 8) {
      bytes[at++] = waiting & 0xff
      waiting >>>= 8
    }
  }
  return {
    write,
    align: () => write(0, (8 - count) % 8),
    writeUint32(value: number) {
      for (let shift = 0; shift < 32; shift += 8) bytes[at++] = (value >>> shift) & 0xff
    },
    taken: () => bytes.slice(0, at),
  }
}
