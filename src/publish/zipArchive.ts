import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { crc32 } from 'node:zlib'
import { Zip, type ZipInputFile } from 'fflate'
import type { Bytes } from '../domain/bytes.js'
import { ArchiveError } from '../domain/errors/index.js'
import { formatIntegrity } from '../domain/integrity.js'
import { deflatedPieces } from './deflatedPieces.js'
import type { InputFile } from './inputFiles.js'

/** What a manifest says of one file. */
export interface FileDigest {
  readonly size: number
  readonly integrity: string
}

/** What is told of an archive while it is made; each is called before the bytes after it are there. */
export interface ArchiveListener {
  onFile(path: string, digest: FileDigest): void
  /** All files are written, the directory is not. */
  onDirectory(): void
}

export interface ZipInput extends InputFile {
  readonly compress: boolean
}

const DEFLATE = 8
const UNIX = 3
const PLAIN_FILE = 0o100644 * 2 ** 16

/**
 * A ZIP archive of `files`, in their order. Nothing in it comes from the clock, the time zone or the file system's
 * attributes: the same files give the same bytes. Sizes and checksums stand after a file's bytes, so what comes before
 * a change, and the files after it, are the same bytes as without it; only the directory at the end knows offsets.
 * Each file is read once.
 *
 * fflate writes no zip64: neither 65,536 files nor 4 GiB. A manifest's 4 MiB name fewer files, and
 * `listInputFiles` refuses the bytes.
 */
export async function* zipArchive(
  files: readonly ZipInput[],
  listener: ArchiveListener,
): AsyncGenerator<Uint8Array, void> {
  const written: Uint8Array[] = []
  const zip = new Zip((error, bytes) => {
    if (error) throw error
    written.push(bytes)
  })
  for (const file of files) {
    const entry = entryOf(file)
    const pieces = checkedPieces(file, entry, listener)
    zip.add(entry)
    for await (const piece of file.compress ? deflatedPieces(pieces) : pieces) {
      // Node's buffers are never shared memory.
      entry.ondata?.(null, piece as Bytes, false)
      yield* written.splice(0)
    }
    entry.ondata?.(null, new Uint8Array(), true)
    yield* written.splice(0)
  }
  listener.onDirectory()
  zip.end()
  yield* written
}

function entryOf({ path, compress }: ZipInput): ZipInputFile {
  // The local time's fields are written, so a local date is the same bytes in every time zone.
  const mtime = new Date(1980, 0, 1)
  return { filename: path, size: 0, crc: 0, compression: compress ? DEFLATE : 0, os: UNIX, attrs: PLAIN_FILE, mtime }
}

async function* checkedPieces(
  file: InputFile,
  entry: ZipInputFile,
  listener: ArchiveListener,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file.absolutePath) as AsyncIterable<Buffer> /* no encoding is set */) {
    hash.update(piece)
    entry.crc = crc32(piece, entry.crc)
    entry.size += piece.length
    yield piece
  }
  if (entry.size !== file.size) {
    throw new ArchiveError(`"${file.path}" changed while it was being packed`, { path: file.path })
  }
  listener.onFile(file.path, { size: entry.size, integrity: formatIntegrity('sha256', hash.digest()) })
}
