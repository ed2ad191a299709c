const POLYNOMIAL = 0xedb88320
const STRIDE = 8
/** Table n is what a byte does n bytes before the end: eight bytes are folded in at a time ("slicing by eight"). */
const TABLES = makeTables()

/** The CRC-32 of ZIP (ISO 3309) over bytes that came before, whose value is `crc`, and `bytes`. Starts from 0. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  const whole = bytes.length - (bytes.length % STRIDE)
  const folded = foldStrides(bytes, whole, ~crc)
  return ~foldBytes(bytes, whole, folded) >>> 0
}

function foldStrides(bytes: Uint8Array, end: number, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let crc = start
  for (let at = 0; at < end; at += STRIDE) {
    const low = crc ^ view.getInt32(at, true)
    const high = view.getInt32(at + 4, true)
    crc =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, high) ^
      entry(2, high >>> 8) ^
      entry(1, high >>> 16) ^
      entry(0, high >>> 24)
  }
  return crc
}

function foldBytes(bytes: Uint8Array, from: number, start: number): number {
  let crc = start
  for (let at = from; at < bytes.length; at++) crc = entry(0, crc ^ (bytes[at] ?? 0)) ^ (crc >>> 8)
  return crc
}

function entry(table: number, byte: number): number {
  return TABLES[(table << 8) | (byte & 0xff)] ?? 0
}

function makeTables(): Int32Array {
  const tables = new Int32Array(STRIDE * 256)
  for (let byte = 0; byte < 256; byte++) tables[byte] = remainder(byte)
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] ?? 0
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] ?? 0)
  }
  return tables
}

function remainder(byte: number): number {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
  return value
}
