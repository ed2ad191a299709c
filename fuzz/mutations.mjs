const WORDS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    'null',
    'true',
    '-1',
    '1e400',
    '0.5',
    '9007199254740993',
    '\\u0000',
    '\\ud800',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    '..',
    'con',
    '\ufeff',
    '"id"',
    '"version"',
    '"bundle"',
    '"size"',
  ],
  ...['"integrity"', '"files"', '"chunks"', '"payload"', '"payloadType"', '"signatures"', '"keyid"', '"sig"', '"keys"'],
  ...['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', 'sha512-', '====', '/w=='],
].map((word) => Buffer.from(word, 'latin1'))
const NUMBERS = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 0xfffffffe, 0x10000]

/** A generator of numbers below a limit, the same for the same seed. */
export function createDice(seed) {
  let state = seed | 1
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % Math.max(1, limit)
  }
}

const STEPS = [
  (bytes, dice) => withByte(bytes, dice(bytes.length), (byte) => byte ^ (1 << dice(8))),
  (bytes, dice) => withByte(bytes, dice(bytes.length), () => dice(256)),
  (bytes, dice) => splice(bytes, dice(bytes.length), dice(16), Buffer.alloc(0)),
  (bytes, dice) => splice(bytes, dice(bytes.length), dice(2) * dice(8), WORDS[dice(WORDS.length)]),
  (bytes, dice) => {
    const from = dice(bytes.length)
    return splice(bytes, dice(bytes.length), 0, bytes.subarray(from, from + dice(64)))
  },
  (bytes, dice) => withNumber(bytes, dice),
  (bytes, dice) => bytes.subarray(0, dice(bytes.length)),
  (bytes, dice, other) => {
    const at = dice(Math.min(bytes.length, other.length))
    return Buffer.concat([bytes.subarray(0, at), other.subarray(at)])
  },
]

/** A change of some bytes; `other` is another input to take parts of. */
export function mutate(bytes, other, dice, maxBytes = 64 * 1024) {
  let changed = Buffer.from(bytes)
  for (let count = 1 + dice(4); count > 0; count--) changed = STEPS[dice(STEPS.length)](changed, dice, other)
  return changed.subarray(0, maxBytes)
}

function withByte(bytes, at, change) {
  const copy = Buffer.from(bytes)
  if (copy.length > 0) copy[at] = change(copy[at])
  return copy
}

/** A number of two or four bytes, as archives have them. */
function withNumber(bytes, dice) {
  const copy = Buffer.from(bytes)
  const size = dice(2) === 0 ? 2 : 4
  if (copy.length < size) return copy
  const value = NUMBERS[dice(NUMBERS.length)] >>> (32 - 8 * size)
  copy.writeUIntLE(value >>> 0, dice(copy.length - size + 1), size)
  return copy
}

function splice(bytes, at, remove, put) {
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + remove)])
}
