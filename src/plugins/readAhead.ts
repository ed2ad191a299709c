import type { Bytes } from '../domain/bytes.js'
import { streamOf } from './byteStreams.js'
import type { VerifiedBundle } from './verifiedBundle.js'

/** What it takes to read files out of a bundle. */
export type BundleBytes = Pick<VerifiedBundle, 'read' | 'stream'>

/** Bytes read at once. */
const AHEAD_BYTES = 1024 * 1024

/**
 * For whoever reads a bundle's small parts in their order: each byte is asked of the store once, and many parts with
 * one question.
 */
export function readAhead(bundle: VerifiedBundle): BundleBytes {
  let held = { offset: 0, bytes: new Uint8Array(0) }
  const read = async (offset: number, length: number): Promise<Bytes> => {
    if (length > AHEAD_BYTES) return bundle.read(offset, length)
    const isHeld = offset >= held.offset && offset + length <= held.offset + held.bytes.length
    if (!isHeld) {
      const ahead = Math.max(length, Math.min(AHEAD_BYTES, bundle.size - offset))
      held = { offset, bytes: await bundle.read(offset, ahead) }
    }
    const start = offset - held.offset
    return held.bytes.slice(start, start + length)
  }
  return {
    read,
    stream: (offset, length) =>
      length > AHEAD_BYTES ? bundle.stream(offset, length) : streamOf(onePiece(() => read(offset, length))),
  }
}

async function* onePiece(read: () => Promise<Bytes>): AsyncGenerator<Bytes, void> {
  yield await read()
}
