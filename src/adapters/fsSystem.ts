import { constants, type Stats } from 'node:fs'
import type * as nodeFileSystem from 'node:fs/promises'

/** What a store asks of the system: all of it, so that tests can stand between. */
export type FileSystem = Pick<
  typeof nodeFileSystem,
  'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'rm' | 'statfs'
>
export type FileHandle = nodeFileSystem.FileHandle

/** A handle that is of no use is not left open. */
export async function statOrClose(file: FileHandle): Promise<Stats> {
  try {
    return await file.stat()
  } catch (error) {
    await file.close().catch(() => {})
    throw error
  }
}

/** To sync it. `undefined` on Windows, which opens no directory; its file system journals by itself. */
export async function openFolder(system: FileSystem, path: string): Promise<FileHandle | undefined> {
  return process.platform === 'win32' ? undefined : system.open(path, constants.O_RDONLY)
}

/** What was made, renamed or deleted in it survives a power cut. */
export async function syncDirectory(system: FileSystem, path: string): Promise<void> {
  const directory = await openFolder(system, path)
  try {
    await directory?.sync()
  } finally {
    await directory?.close()
  }
}
