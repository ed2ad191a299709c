import { ArchiveError, UnsupportedError } from '../domain/errors/index.js'
import { foldedPath, unsafePathReason } from '../domain/paths.js'
import type { ZipDirectory, ZipMember } from './zipDirectory.js'

const MAX_NAME_BYTES = 1024
const MAX_TOTAL_BYTES = 4 * 1024 ** 3
const MAX_RATIO = 1000
const RATIO_FREE_BYTES = 1024 * 1024
const LOCAL_HEADER_BYTES = 30

/** Bits of an entry's flags: encrypted, strongly encrypted, and its header masked with it. */
const ENCRYPTED = 0x2041
const PATCH = 0x20

const UNIX_TYPE = 0o170000
const UNIX_FILE = 0o100000
const UNIX_FOLDER = 0o040000

/** A file of an archive whose directory was found safe. */
export interface ZipFile extends ZipMember {
  readonly name: string
  /** Where its bytes end at the latest: the next file or the directory begins there. */
  readonly end: number
}

/**
 * The archive's files by path, in its own order; throws for the first thing that is not safe (`ArchiveError`), or that
 * nobody here can unpack (`UnsupportedError`).
 */
export function checkedFiles({ members, offset }: ZipDirectory): ReadonlyMap<string, ZipFile> {
  assertTotal(members)
  const named = members.map((member) => ({ ...member, name: safeName(member) }))
  for (const member of named) assertReadable(member)
  assertDistinct(named)
  const ends = endsOf(named, offset)
  const files = named.filter((member) => !isFolder(member))
  return new Map(files.map((file) => [file.name, { ...file, end: ends.get(file.offset) ?? offset }]))
}

function assertTotal(members: readonly ZipMember[]): void {
  const total = members.reduce((sum, member) => sum + member.size, 0)
  if (!(total <= MAX_TOTAL_BYTES)) {
    throw new ArchiveError(`The zip archive unpacks to ${total} bytes; more than 4 GiB are refused`, {})
  }
}

function safeName({ name, nameBytes }: ZipMember): string {
  const shown = name ?? new TextDecoder().decode(nameBytes)
  const reason = name === undefined ? 'is not UTF-8' : nameReason(name, nameBytes.length)
  if (reason === undefined) return shown
  throw refusal(shown, `its name ${reason}`)
}

function nameReason(name: string, byteLength: number): string | undefined {
  if (byteLength > MAX_NAME_BYTES) return `is longer than ${MAX_NAME_BYTES} bytes`
  return unsafePathReason(name.endsWith('/') ? name.slice(0, -1) : name)
}

function assertReadable(member: ZipFileName): void {
  const unsupported = unsupportedReason(member)
  if (unsupported) throw new UnsupportedError(refusalText(member.name, unsupported))
  const reason = typeReason(member) ?? sizeReason(member)
  if (reason) throw refusal(member.name, reason)
}

/** Fault case A10. */
export function unsupportedReason({ flags, method }: Pick<ZipMember, 'flags' | 'method'>): string | undefined {
  if (flags & ENCRYPTED) return 'it is encrypted, which is not supported'
  if (flags & PATCH) return 'it is a patch of another file, which is not supported'
  if (method === 0 || method === 8) return undefined
  return `compression method ${method} is not supported, only 0 (stored) and 8 (deflate)`
}

function typeReason(member: ZipFileName): string | undefined {
  const type = member.unixMode & UNIX_TYPE
  if (type === 0 || (type === UNIX_FILE && !isFolder(member)) || (type === UNIX_FOLDER && isFolder(member))) {
    return undefined
  }
  if (type === UNIX_FILE || type === UNIX_FOLDER) return 'its name and its type disagree about its being a folder'
  return 'it is a link or a device, not a file'
}

function sizeReason({ name, size, compressedSize, method }: ZipFileName): string | undefined {
  if (name.endsWith('/') && size > 0) return 'it is a folder that has content'
  if (size > RATIO_FREE_BYTES && size > compressedSize * MAX_RATIO) {
    return `it unpacks to more than ${MAX_RATIO} times its size`
  }
  if (method === 0 && size !== compressedSize) return `it is stored, but in ${compressedSize} bytes instead of ${size}`
  return undefined
}

/** No two names may be one on a disk that folds case or normalises, and no file may be another's folder. */
function assertDistinct(members: readonly ZipFileName[]): void {
  const taken = new Map<string, string>()
  for (const member of members) {
    const key = foldedPath(member.name)
    const other = taken.get(key)
    if (other !== undefined) throw refusal(member.name, `it has the same name as ${JSON.stringify(other)}`)
    taken.set(key, member.name)
  }
  const files = new Map(members.filter((member) => !isFolder(member)).map(({ name }) => [foldedPath(name), name]))
  for (const { name } of members) assertNoFileAbove(name, files)
}

function assertNoFileAbove(name: string, files: ReadonlyMap<string, string>): void {
  const key = foldedPath(name)
  for (let slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
    const file = files.get(key.slice(0, slash))
    if (file !== undefined) throw refusal(name, `${JSON.stringify(file)} is a file and cannot be its folder as well`)
  }
}

/** By offset of the local header, where the entry must end; throws where two entries share bytes (fault case A5). */
function endsOf(members: readonly ZipFileName[], directoryOffset: number): ReadonlyMap<number, number> {
  const inOrder = [...members].sort((left, right) => left.offset - right.offset)
  const ends = new Map<number, number>()
  inOrder.forEach((member, at) => {
    const end = inOrder[at + 1]?.offset ?? directoryOffset
    const least = member.offset + LOCAL_HEADER_BYTES + member.nameBytes.length + member.compressedSize
    if (!(least <= end)) throw refusal(member.name, 'its bytes overlap with those of another entry or of the directory')
    ends.set(member.offset, end)
  })
  return ends
}

type ZipFileName = Omit<ZipFile, 'end'>

function isFolder({ name }: ZipFileName): boolean {
  return name.endsWith('/')
}

function refusal(path: string, reason: string): ArchiveError {
  return new ArchiveError(refusalText(path, reason), { path })
}

function refusalText(path: string, reason: string): string {
  return `The archive is refused because of ${JSON.stringify(path)}: ${reason}`
}
