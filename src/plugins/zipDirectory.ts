import { unzipRaw, type ZipEntry } from 'unzipit'
import { ArchiveError, PluginDockError, UnsupportedError } from '../domain/errors/index.js'
import type { VerifiedBundle } from './verifiedBundle.js'

/** Bytes of directory that are held in memory: enough for 100,000 entries with names of usual length. */
const DIRECTORY_MAX_BYTES = 16 * 1024 * 1024
const RECORD_BYTES = 46

/** One entry as the central directory has it; nothing of it was checked. */
export interface ZipMember {
  /** `undefined` where the name's bytes are not UTF-8. */
  readonly name: string | undefined
  readonly nameBytes: Uint8Array
  readonly size: number
  readonly compressedSize: number
  /** 0 stored, 8 deflated, others unsupported. */
  readonly method: number
  readonly crc: number
  readonly encrypted: boolean
  /** File type and permissions of Unix; 0 where the archive came from elsewhere. */
  readonly unixMode: number
  /** Of the local header. */
  readonly offset: number
}

export interface ZipDirectory {
  readonly members: readonly ZipMember[]
  /** Where the central directory begins and the files end. */
  readonly offset: number
}

/**
 * Reads the central directory: the last end record wins, local headers are looked at when a file is read. Rejects
 * with `ArchiveError` where it is not one that says the same to every reader.
 */
export async function readZipDirectory(bundle: VerifiedBundle): Promise<ZipDirectory> {
  let directory = { offset: 0, length: 0 }
  const read = async (offset: number, length: number) => {
    assertReadable(bundle, offset, length)
    // The directory is the last thing that is read.
    directory = { offset, length }
    return bundle.read(offset, length)
  }
  const entries = await listEntries({ getLength: async () => bundle.size, read })
  assertFills(entries, directory.length)
  return { members: entries.map(toMember), offset: directory.offset }
}

async function listEntries(reader: Parameters<typeof unzipRaw>[0]): Promise<ZipEntry[]> {
  try {
    return (await unzipRaw(reader)).entries
  } catch (cause) {
    if (cause instanceof PluginDockError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ArchiveError(`The bundle is no zip archive that can be read: ${reason}`, {}, { cause })
  }
}

function assertReadable(bundle: VerifiedBundle, offset: number, length: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= bundle.size)) {
    throw new ArchiveError('The zip archive is cut off: its directory points outside of it', {})
  }
  if (length > DIRECTORY_MAX_BYTES) {
    throw new ArchiveError(`The zip archive's directory is larger than ${DIRECTORY_MAX_BYTES} bytes`, {})
  }
}

/** A directory with bytes that belong to no entry may have entries that other readers see (fault case A8). */
function assertFills(entries: readonly ZipEntry[], directoryLength: number): void {
  let length = 0
  for (const entry of entries) length += recordLength(entry)
  if (length === directoryLength) return
  throw new ArchiveError(`The zip archive's directory has ${directoryLength} bytes, its entries ${length}`, {})
}

function recordLength(entry: ZipEntry): number {
  const extra = rawNumber(entry, 'extraFieldLength')
  return RECORD_BYTES + entry.nameBytes.length + extra + entry.commentBytes.length
}

function toMember(entry: ZipEntry): ZipMember {
  return {
    name: decodeName(entry.nameBytes),
    nameBytes: entry.nameBytes,
    size: entry.size,
    compressedSize: entry.compressedSize,
    method: entry.compressionMethod,
    crc: rawNumber(entry, 'crc32'),
    encrypted: entry.encrypted,
    unixMode: entry.externalFileAttributes >>> 16,
    offset: rawNumber(entry, 'relativeOffsetOfLocalHeader'),
  }
}

/** unzipit decodes leniently, and drops a byte order mark: two names could become one. */
function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** unzipit 2 parses these fields, but keeps them to itself. */
function rawNumber(entry: ZipEntry, field: 'crc32' | 'extraFieldLength' | 'relativeOffsetOfLocalHeader'): number {
  const raw: unknown = Reflect.get(entry, '_rawEntry')
  const value: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, field) : undefined
  if (typeof value === 'number') return value
  throw new UnsupportedError(`This release of unzipit does not tell an entry's ${field}: plugdock needs unzipit 2.1`)
}
