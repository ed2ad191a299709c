import type { Bytes } from '../domain/bytes.js'
import { ArchiveError } from '../domain/errors/index.js'
import type { BundleFormat } from '../domain/manifest.js'
import { unsafePathReason } from '../domain/paths.js'
import type { Digester } from '../ports/digester.js'
import { allocate, piecesOf, streamOf } from './byteStreams.js'
import { closestNames } from './closestNames.js'
import { readAhead } from './readAhead.js'
import type { VerifiedBundle } from './verifiedBundle.js'
import { checkedFiles, type ZipFile } from './zipChecks.js'
import { readZipDirectory } from './zipDirectory.js'
import { type FilePart, filePieces, partPieces, readStored } from './zipFiles.js'
import { proveFile } from './zipProof.js'

/** What a manifest says about the inside of its bundle. */
export interface ArchiveDescription {
  readonly format: BundleFormat
  readonly entry: string
  /** The whole bundle's. */
  readonly integrity?: string | undefined
  /** Where present, the archive must hold exactly these files. */
  readonly files?: Readonly<Record<string, { readonly size: number; readonly integrity?: string }>> | undefined
}

/**
 * The files of a verified bundle, by path. A path it does not have is an `ArchiveError`; stored bytes that changed
 * since they were installed are a `CorruptError`.
 */
export interface PluginArchive {
  files(): readonly string[]
  has(path: string): boolean
  /** Bytes, unpacked. Throws `ArchiveError` where there is no such file. */
  size(path: string): number
  /** The whole file, in memory of the caller's own. */
  read(path: string): Promise<Bytes>
  /** Unpacks as it is read. Pieces that came before a failure count only when the stream ends without one. */
  stream(path: string): ReadableStream<Uint8Array>
  /** The same of a part that lies inside the file. What is compressed is unpacked from its start on. */
  part(path: string, part: FilePart): ReadableStream<Uint8Array>
}

/**
 * Reads the directory and refuses whatever is not safe or not what the manifest says (`ArchiveError`) or what nobody
 * here can unpack (`UnsupportedError`), before any file is read. The archive lives as long as `bundle` is open.
 */
export async function openArchive(bundle: VerifiedBundle, description: ArchiveDescription): Promise<PluginArchive> {
  return (await open(bundle, description)).archive
}

/**
 * What an installer asks before it seals: everything that `openArchive` checks, and then of every file, unpacked once,
 * that it is what manifest and archive say of it. Holds a piece at a time; ends with `ClosedError` when `bundle` is
 * closed.
 */
export async function inspectArchive(
  bundle: VerifiedBundle,
  description: ArchiveDescription,
  digester: Digester,
): Promise<void> {
  const { archive, zipFiles } = await open(bundle, description)
  const { entry, files = {}, format } = description
  const integrityOf = (path: string) => (Object.hasOwn(files, path) ? files[path]?.integrity : undefined)
  if (format === 'file') {
    const integrity = integrityOf(entry)
    const isKnown = integrity === undefined || integrity === description.integrity
    return isKnown
      ? undefined
      : proveFile({ path: entry, size: bundle.size, integrity }, piecesOf(archive.stream(entry)), digester)
  }
  const bytes = readAhead(bundle)
  const inOrder = [...zipFiles.values()].sort((left, right) => left.offset - right.offset)
  for (const file of inOrder) {
    const expected = { path: file.name, size: file.size, integrity: integrityOf(file.name), crc: file.crc }
    await proveFile(expected, filePieces(bytes, file), digester)
  }
}

interface OpenedArchive {
  readonly archive: PluginArchive
  /** Empty where the bundle is no zip. */
  readonly zipFiles: ReadonlyMap<string, ZipFile>
}

async function open(bundle: VerifiedBundle, description: ArchiveDescription): Promise<OpenedArchive> {
  const zipFiles =
    description.format === 'zip' ? checkedFiles(await readZipDirectory(bundle)) : new Map<string, ZipFile>()
  const archive = description.format === 'zip' ? zipArchive(bundle, zipFiles) : fileArchive(bundle, description.entry)
  assertHas(archive, description.entry)
  if (description.files) assertHolds(archive, description.files)
  return { archive, zipFiles }
}

function fileArchive(bundle: VerifiedBundle, entry: string): PluginArchive {
  const reason = unsafePathReason(entry)
  if (reason)
    throw new ArchiveError(`The entry ${JSON.stringify(entry)} is refused: its name ${reason}`, { path: entry })
  return new FileMap(new Map([[entry, { size: bundle.size }]]), {
    read: () => bundle.read(0, bundle.size),
    stream: () => bundle.stream(0, bundle.size),
    part: (_, { offset, length }) => bundle.stream(offset, length),
  })
}

function zipArchive(bundle: VerifiedBundle, files: ReadonlyMap<string, ZipFile>): PluginArchive {
  return new FileMap(files, {
    read: (file) => readZipFile(bundle, file),
    stream: (file) => streamOf(filePieces(bundle, file)),
    part: (file, part) => streamOf(partPieces(bundle, file, part)),
  })
}

async function readZipFile(bundle: VerifiedBundle, file: ZipFile): Promise<Bytes> {
  if (file.method === 0) return readStored(bundle, file)
  const bytes = allocate(file.size)
  let at = 0
  for await (const piece of filePieces(bundle, file)) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** How a format gets at a file that it has. */
interface FileAccess<File> {
  read(file: File): Promise<Bytes>
  stream(file: File): ReadableStream<Uint8Array>
  part(file: File, part: FilePart): ReadableStream<Uint8Array>
}

class FileMap<File extends { readonly size: number }> implements PluginArchive {
  readonly #files: ReadonlyMap<string, File>
  readonly #access: FileAccess<File>
  readonly #paths: readonly string[]

  constructor(files: ReadonlyMap<string, File>, access: FileAccess<File>) {
    this.#files = files
    this.#access = access
    this.#paths = Object.freeze([...files.keys()])
  }

  files(): readonly string[] {
    return this.#paths
  }

  has(path: string): boolean {
    return this.#files.has(path)
  }

  size(path: string): number {
    return this.#file(path).size
  }

  async read(path: string): Promise<Bytes> {
    return this.#access.read(this.#file(path))
  }

  stream(path: string): ReadableStream<Uint8Array> {
    const file = this.#files.get(path)
    return file ? this.#access.stream(file) : failedStream(missingFile(path, this.#paths))
  }

  part(path: string, part: FilePart): ReadableStream<Uint8Array> {
    const file = this.#files.get(path)
    return file ? this.#access.part(file, part) : failedStream(missingFile(path, this.#paths))
  }

  #file(path: string): File {
    const file = this.#files.get(path)
    if (!file) throw missingFile(path, this.#paths)
    return file
  }
}

function failedStream(error: unknown): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.error(error) })
}

function assertHas(archive: PluginArchive, entry: string): void {
  if (archive.has(entry)) return
  const near = nearText(entry, archive.files())
  throw new ArchiveError(`The manifest's entry ${JSON.stringify(entry)} is not in the bundle${near}`, { path: entry })
}

/** Fault case A12. */
function assertHolds(archive: PluginArchive, files: NonNullable<ArchiveDescription['files']>): void {
  for (const [path, { size }] of Object.entries(files)) {
    if (!archive.has(path)) throw mismatch(path, 'is named by the manifest, but is not in the bundle')
    const actual = archive.size(path)
    if (actual !== size) throw mismatch(path, `has ${actual} bytes in the bundle, but ${size} in the manifest`)
  }
  const extra = archive.files().find((path) => !Object.hasOwn(files, path))
  if (extra !== undefined) throw mismatch(extra, 'is in the bundle, but is not named by the manifest')
}

function mismatch(path: string, what: string): ArchiveError {
  return new ArchiveError(`${JSON.stringify(path)} ${what}`, { path })
}

function missingFile(path: string, paths: readonly string[]): ArchiveError {
  return new ArchiveError(`${JSON.stringify(path)} is not in the bundle${nearText(path, paths)}`, { path })
}

function nearText(wanted: string, paths: readonly string[]): string {
  const near = closestNames(wanted, paths).map((name) => JSON.stringify(name))
  return near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''
}
