import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { PassThrough, pipeline, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { ArchiveError } from '../domain/errors/index.js'
import { formatIntegrity } from '../domain/integrity.js'
import type { InputFile } from './inputFiles.js'

/** What a manifest says of one file. */
export interface FileDigest {
  readonly size: number
  readonly integrity: string
}

export interface ZipInput extends InputFile {
  readonly compress: boolean
}

/**
 * A ZIP archive of `files`, in their order. Nothing in it comes from the clock, the time zone or the file system's
 * attributes: the same files give the same bytes. Each file is read once; `onFile` hears what was read.
 */
export function zipStream(files: readonly ZipInput[], onFile: (path: string, digest: FileDigest) => void): Readable {
  const zip = new ZipFile()
  const output = new PassThrough()
  const fail = (error: Error) => output.destroy(error)
  let reading: Readable | undefined
  // yazl does not listen to what it reads, and does not close it when nobody wants the archive any more.
  const open = (file: InputFile) => {
    reading = Readable.from(hashedPieces(file, onFile), { objectMode: false }).on('error', fail)
    return reading
  }
  output.once('close', () => reading?.destroy())
  zip.on('error', fail)
  for (const file of files) zip.addReadStreamLazy(file.path, entryOptions(file), (give) => give(null, open(file)))
  zip.end()
  pipeline(zip.outputStream, output, () => {})
  return output
}

function entryOptions({ size, compress }: ZipInput) {
  // yazl writes the local time's fields, so a local date is the same bytes in every time zone.
  const mtime = new Date(1980, 0, 1)
  return { size, mtime, forceDosTimestamp: true, mode: 0o100644, compress }
}

async function* hashedPieces(
  file: InputFile,
  onFile: (path: string, digest: FileDigest) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of createReadStream(file.absolutePath) as AsyncIterable<Buffer> /* no encoding is set */) {
    hash.update(piece)
    size += piece.length
    yield piece
  }
  if (size !== file.size)
    throw new ArchiveError(`"${file.path}" changed while it was being packed`, { path: file.path })
  onFile(file.path, { size, integrity: formatIntegrity('sha256', hash.digest()) })
}
