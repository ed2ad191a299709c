/** Bytes over memory of their own, as WebCrypto and file systems want them. */
export type Bytes = Uint8Array<ArrayBuffer>

const HEX = new TextEncoder().encode('0123456789abcdef')

export function toHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(bytes.length * 2)
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    digits[at * 2] = HEX[byte >>> 4] ?? 0
    digits[at * 2 + 1] = HEX[byte & 15] ?? 0
  }
  return textOf(digits)
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += textOf(bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}

/** A character a byte. To spread them would make an iterator result of every byte, to add them a string of every one. */
function textOf(bytes: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, undefined, bytes)
}

/** `undefined` where the text is not canonical base64. */
export function fromBase64(text: string): Bytes | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return hasSpareBits(text, bytes) ? undefined : bytes
}

/** The last digit may carry bits that are no part of any byte: then several texts would stand for the same bytes. */
function hasSpareBits(text: string, bytes: Bytes): boolean {
  if (!text.endsWith('=')) return false
  return toBase64(bytes.subarray(bytes.length - (bytes.length % 3))) !== text.slice(-4)
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false
  return true
}
