import { constants, deflateRaw } from 'node:zlib'
import { ContentCutter } from './chunkCutter.js'

/**
 * Bytes between two fresh starts of the compressor. Costs 2 % of what deflate would reach on source text at one go
 * (64 KiB: 4 %, 256 KiB: 1 %), and ends at twice this at the latest: no deflated file that goes through here can
 * unpack to the thousand times its size at which installing suspects a bomb.
 */
const AVERAGE_BYTES = 128 * 1024
/** The compressor runs on threads of its own. */
const AT_ONCE = 4

interface Piece {
  readonly bytes: Uint8Array
  readonly isLast: boolean
}

/**
 * The raw deflate of a file, in which equal runs of the file are equal again: it is cut by content, and nothing in the
 * compressed form of one piece refers to another.
 */
export async function* deflatedPieces(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const ahead: Promise<Uint8Array>[] = []
  for await (const piece of piecesByContent(file)) {
    const [next] = ahead.length < AT_ONCE ? [] : ahead.splice(0, 1)
    const compressing = deflated(piece)
    // Told where it is awaited.
    compressing.catch(() => {})
    ahead.push(compressing)
    if (next) yield await next
  }
  for (const next of ahead) yield await next
}

/** A full flush ends a piece at a byte; only the file's last piece says that the stream ends. */
function deflated({ bytes, isLast }: Piece): Promise<Uint8Array> {
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_FULL_FLUSH
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, { finishFlush }, (error, result) => (error ? reject(error) : resolve(result)))
  })
}

async function* piecesByContent(file: AsyncIterable<Uint8Array>): AsyncGenerator<Piece, void> {
  const cutter = new ContentCutter(AVERAGE_BYTES)
  let whole: Uint8Array | undefined
  let parts: Uint8Array[] = []
  for await (const bytes of file) {
    let at = 0
    for (let end = cutter.endOfChunk(bytes, at); end !== undefined; end = cutter.endOfChunk(bytes, at)) {
      if (whole) yield { bytes: whole, isLast: false }
      whole = Buffer.concat([...parts, bytes.subarray(at, end)])
      parts = []
      at = end
    }
    if (at < bytes.length) parts.push(bytes.subarray(at))
  }
  if (whole && parts.length > 0) yield { bytes: whole, isLast: false }
  yield { bytes: parts.length > 0 || !whole ? Buffer.concat(parts) : whole, isLast: true }
}
