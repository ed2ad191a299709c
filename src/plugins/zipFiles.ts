import type { Bytes } from '../domain/bytes.js'
import { equalBytes } from '../domain/bytes.js'
import { ArchiveError, PluginDockError } from '../domain/errors/index.js'
import { piecesOf } from './byteStreams.js'
import { crc32 } from './crc32.js'
import type { VerifiedBundle } from './verifiedBundle.js'
import type { ZipFile } from './zipChecks.js'

const LOCAL_HEADER_BYTES = 30
const LOCAL_HEADER_SIGNATURE = 0x04034b50
const ENCRYPTED = 1
/** Deflate grows a thousandfold at most, and may do so before back-pressure is felt: this bounds the burst. */
const INFLATE_INPUT_BYTES = 32 * 1024

/**
 * The offset of the file's first byte. Rejects where its local header says something else than the directory does
 * about its name or method, or puts its bytes where another entry's are; for sizes and CRC the directory is right.
 */
export async function locateFile(bundle: VerifiedBundle, file: ZipFile): Promise<number> {
  const length = LOCAL_HEADER_BYTES + file.nameBytes.length
  const header = await bundle.read(file.offset, length)
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  const reason = headerFault(file, header, view)
  if (reason) throw fileError(file, reason)
  const start = file.offset + length + view.getUint16(28, true)
  if (start + file.compressedSize > file.end) throw fileError(file, 'its bytes overlap with those of another entry')
  return start
}

function headerFault(file: ZipFile, header: Bytes, view: DataView): string | undefined {
  if (view.getUint32(0, true) !== LOCAL_HEADER_SIGNATURE) return 'there is no file where the directory points to'
  if (view.getUint16(6, true) & ENCRYPTED) return 'it is encrypted, which is not supported'
  const hasSameName =
    view.getUint16(26, true) === file.nameBytes.length &&
    equalBytes(header.subarray(LOCAL_HEADER_BYTES), file.nameBytes)
  if (!hasSameName) return 'its local header has another name'
  if (view.getUint16(8, true) !== file.method) return 'its local header has another compression method'
  return undefined
}

/** The file's bytes: no more than it declares, and it fails at the end where they are fewer or their CRC differs. */
export async function* filePieces(bundle: VerifiedBundle, file: ZipFile): AsyncGenerator<Uint8Array, void> {
  const start = await locateFile(bundle, file)
  const packed = bundle.stream(start, file.compressedSize)
  let length = 0
  let crc = 0
  for await (const piece of file.method === 0 ? piecesOf(packed) : inflated(file, packed)) {
    length += piece.length
    if (length > file.size) throw fileError(file, `it unpacks to more than the ${file.size} bytes it declares`)
    crc = crc32(piece, crc)
    yield piece
  }
  assertComplete(file, length, crc)
}

/** A stored file in one read. */
export async function readStored(bundle: VerifiedBundle, file: ZipFile): Promise<Bytes> {
  const bytes = await bundle.read(await locateFile(bundle, file), file.size)
  assertComplete(file, bytes.length, crc32(bytes))
  return bytes
}

function assertComplete(file: ZipFile, length: number, crc: number): void {
  if (length !== file.size) throw fileError(file, `it unpacks to ${length} bytes, but declares ${file.size}`)
  if (crc !== file.crc) throw fileError(file, 'its CRC-32 does not fit its bytes')
}

async function* inflated(file: ZipFile, packed: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const inflater = new DecompressionStream('deflate-raw')
  const feeding = feed(packed, inflater.writable)
  feeding.catch(() => {})
  try {
    yield* piecesOf(inflater.readable)
    await feeding
  } catch (cause) {
    throw await rootFault(file, feeding, cause)
  }
}

/** What broke the source (a corrupt chunk, a closed bundle) comes before what that did to the inflater. */
async function rootFault(file: ZipFile, feeding: Promise<void>, fault: unknown): Promise<unknown> {
  const first = await feeding.then(
    () => fault,
    (reason: unknown) => reason,
  )
  if (first instanceof PluginDockError) return first
  const reason = fault instanceof Error ? fault.message : String(fault)
  return new ArchiveError(
    `${JSON.stringify(file.name)} cannot be unpacked: ${reason}`,
    { path: file.name },
    { cause: fault },
  )
}

async function feed(packed: ReadableStream<Uint8Array>, inflater: WritableStream<BufferSource>): Promise<void> {
  const writer = inflater.getWriter()
  // Told by `write` and `close` already.
  writer.closed.catch(() => {})
  try {
    for await (const piece of piecesOf(packed)) await writeInParts(writer, piece)
    await writer.close()
  } catch (error) {
    await writer.abort(error).catch(() => {})
    throw error
  }
}

async function writeInParts(writer: WritableStreamDefaultWriter<BufferSource>, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; at += INFLATE_INPUT_BYTES) {
    // A bundle's pieces have memory of their own, never a shared buffer.
    await writer.write((piece as Bytes).subarray(at, at + INFLATE_INPUT_BYTES))
  }
}

function fileError(file: ZipFile, reason: string): ArchiveError {
  return new ArchiveError(`${JSON.stringify(file.name)} cannot be read from the archive: ${reason}`, {
    path: file.name,
  })
}
