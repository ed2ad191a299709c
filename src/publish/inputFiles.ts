import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ArchiveError } from '../domain/errors/index.js'
import { foldedPath, unsafePathReason } from '../domain/paths.js'

/** What installing refuses is not packed. */
const NAME_MAX_BYTES = 1024
/** What a ZIP archive can hold without its 64-bit fields. */
const ARCHIVE_MAX_BYTES = 2 ** 32 - 1
/** Local header, sizes after the bytes, record in the directory: each file's, without its name. */
const HEADER_BYTES = 30 + 16 + 46
/** Deflate adds five bytes to every 16 KiB that it cannot compress, and some to each piece. */
const DEFLATE_GROWTH = 1 / 1024
/** Of nothing, and of very little. */
const DEFLATE_MIN_BYTES = 16
const END_RECORD_BYTES = 22

/** A file to pack. `path` is its name in the bundle, with `/` between folders; `size` in bytes. */
export interface InputFile {
  readonly path: string
  readonly absolutePath: string
  readonly size: number
}

/**
 * Every file below `directory`, dotfiles and `node_modules` included, in the order of their paths' code points.
 * Throws {@link ArchiveError} for links, for names that no bundle may hold and for names that only some file
 * systems can tell apart.
 */
export async function listInputFiles(directory: string): Promise<InputFile[]> {
  const files = await walk(directory, '')
  if (files.length === 0) throw new ArchiveError(`There are no files to pack in ${directory}`, { path: directory })
  refuseUnsafe(files)
  refuseTwins(files)
  refuseTooLarge(files, directory)
  return files.sort((left, right) => compareCodePoints(left.path, right.path))
}

async function walk(directory: string, prefix: string): Promise<InputFile[]> {
  const files: InputFile[] = []
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = prefix + entry.name
    const absolutePath = join(directory, entry.name)
    if (entry.isDirectory()) files.push(...(await walk(absolutePath, `${path}/`)))
    else if (entry.isFile()) files.push({ path, absolutePath, size: (await lstat(absolutePath)).size })
    else throw new ArchiveError(`Cannot pack "${path}": ${entry.isSymbolicLink() ? SYMLINK : SPECIAL}`, { path })
  }
  return files
}

const SYMLINK = 'it is a symbolic link; put the file itself there'
const SPECIAL = 'it is neither a file nor a folder'

function refuseUnsafe(files: readonly InputFile[]): void {
  for (const { path } of files) {
    const reason = unsafePathReason(path) ?? longNameReason(path)
    if (reason) throw new ArchiveError(`Cannot pack ${JSON.stringify(path)}: its name ${reason}`, { path })
  }
}

function longNameReason(path: string): string | undefined {
  return Buffer.byteLength(path) > NAME_MAX_BYTES ? `is longer than ${NAME_MAX_BYTES} bytes` : undefined
}

function refuseTooLarge(files: readonly InputFile[], directory: string): void {
  const total = files.reduce((sum, { size }) => sum + size, 0)
  if (total + archiveOverheadBytes(files) <= ARCHIVE_MAX_BYTES) return
  throw new ArchiveError(`${directory} holds ${total} bytes; no more than 4 GiB go into one bundle`, {
    path: directory,
  })
}

/** What an archive of `files` may need beside their bytes. */
export function archiveOverheadBytes(files: readonly InputFile[]): number {
  return files.reduce((sum, { path, size }) => {
    return sum + HEADER_BYTES + 2 * Buffer.byteLength(path) + Math.ceil(size * DEFLATE_GROWTH) + DEFLATE_MIN_BYTES
  }, END_RECORD_BYTES)
}

/** Such files would be one and the same on file systems that fold case or normalise Unicode. */
function refuseTwins(files: readonly InputFile[]): void {
  const seen = new Map<string, string>()
  for (const { path } of files) {
    const folded = foldedPath(path)
    const twin = seen.get(folded)
    if (twin !== undefined) {
      throw new ArchiveError(
        `Cannot pack "${path}" beside "${twin}": some file systems cannot tell the two names apart`,
        { path },
      )
    }
    seen.set(folded, path)
  }
}

/** UTF-8 sorts as code points do; JavaScript's own order is that of UTF-16. */
function compareCodePoints(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}
