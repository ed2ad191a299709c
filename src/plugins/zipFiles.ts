import type { Bytes } from '../domain/bytes.js'
import { equalBytes } from '../domain/bytes.js'
import { ArchiveError, PluginDockError, UnsupportedError } from '../domain/errors/index.js'
import { piecesOf } from './byteStreams.js'
import type { BundleBytes } from './readAhead.js'
import { unsupportedReason, type ZipFile } from './zipChecks.js'

const LOCAL_HEADER_BYTES = 30
const LOCAL_HEADER_SIGNATURE = 0x04034b50
/** A stored file of at most this is read without the ado of a stream. */
const AT_ONCE_BYTES = 64 * 1024
/** Flag of a local header whose sizes and checksum stand after the file's bytes. */
const TOLD_AFTERWARDS = 8
const IN_ZIP64 = 0xffffffff
/** Deflate grows a thousandfold at most, and may do so before back-pressure is felt: this bounds the burst. */
const INFLATE_INPUT_BYTES = 32 * 1024

/**
 * The offset of the file's first byte. Rejects where its local header says something else than the directory does
 * (fault case A8), or puts its bytes where another entry's are.
 */
export async function locateFile(bundle: BundleBytes, file: ZipFile): Promise<number> {
  const length = LOCAL_HEADER_BYTES + file.nameBytes.length
  const header = await bundle.read(file.offset, length)
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  if (view.getUint32(0, true) !== LOCAL_HEADER_SIGNATURE) {
    throw fileError(file, 'there is no file where the directory points to')
  }
  const unsupported = unsupportedReason({ flags: view.getUint16(6, true), method: file.method })
  if (unsupported) throw new UnsupportedError(errorText(file, unsupported))
  const other = differingField(file, header, view)
  if (other) throw fileError(file, `its local header has another ${other}`)
  const start = file.offset + length + view.getUint16(28, true)
  if (start + file.compressedSize > file.end) throw fileError(file, 'its bytes overlap with those of another entry')
  return start
}

function differingField(file: ZipFile, header: Bytes, view: DataView): string | undefined {
  const hasSameName =
    view.getUint16(26, true) === file.nameBytes.length &&
    equalBytes(header.subarray(LOCAL_HEADER_BYTES), file.nameBytes)
  if (!hasSameName) return 'name'
  if (view.getUint16(8, true) !== file.method) return 'compression method'
  if (view.getUint16(6, true) & TOLD_AFTERWARDS) return undefined
  if (view.getUint32(14, true) !== file.crc) return 'checksum'
  const hasSameSizes =
    isSize(view.getUint32(18, true), file.compressedSize) && isSize(view.getUint32(22, true), file.size)
  return hasSameSizes ? undefined : 'size'
}

function isSize(local: number, size: number): boolean {
  return local === size || local === IN_ZIP64
}

/**
 * The file's bytes: no more than it declares, and it fails at the end where they are fewer. What they are is vouched
 * for by the bundle's chunks, and was proven when it was installed.
 */
export async function* filePieces(bundle: BundleBytes, file: ZipFile): AsyncGenerator<Uint8Array, void> {
  if (file.method === 0 && file.size <= AT_ONCE_BYTES) {
    yield await readStored(bundle, file)
    return
  }
  const start = await locateFile(bundle, file)
  const packed = bundle.stream(start, file.compressedSize)
  let length = 0
  for await (const piece of file.method === 0 ? piecesOf(packed) : inflated(file, packed)) {
    length += piece.length
    if (length > file.size) throw fileError(file, `it unpacks to more than the ${file.size} bytes it declares`)
    yield piece
  }
  if (length !== file.size) throw fileError(file, `it unpacks to ${length} bytes, but declares ${file.size}`)
}

/** Bytes of a file, unpacked. */
export interface FilePart {
  readonly offset: number
  readonly length: number
}

/** A part of the file's bytes, which lies inside it. */
export async function* partPieces(
  bundle: BundleBytes,
  file: ZipFile,
  { offset, length }: FilePart,
): AsyncGenerator<Uint8Array, void> {
  if (file.method === 0) {
    const start = await locateFile(bundle, file)
    yield* piecesOf(bundle.stream(start + offset, length))
    return
  }
  let at = 0
  for await (const piece of filePieces(bundle, file)) {
    const wanted = piece.subarray(Math.max(offset - at, 0), Math.max(offset + length - at, 0))
    if (wanted.length > 0) yield wanted
    at += piece.length
    if (at >= offset + length) return
  }
}

/** A stored file in one read. */
export async function readStored(bundle: BundleBytes, file: ZipFile): Promise<Bytes> {
  return bundle.read(await locateFile(bundle, file), file.size)
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
  return new ArchiveError(errorText(file, reason), { path: file.name })
}

function errorText(file: ZipFile, reason: string): string {
  return `${JSON.stringify(file.name)} cannot be read from the archive: ${reason}`
}
