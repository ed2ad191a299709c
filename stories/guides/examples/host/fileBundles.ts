import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type BundleReader, type BundleStore, type PartialBundle, StorageError, StorageFullError } from 'plugdock'

type Kind = 'bundle' | 'partial' | 'unknown'
type Bytes = Parameters<PartialBundle['write']>[1]

const ENDINGS = { '.bundle': 'bundle', '.part': 'partial' } as const

/** Bundles and partials as files of one directory, told apart by their endings. */
export async function openFileBundles(directory: string): Promise<BundleStore> {
  await mkdir(directory, { recursive: true })
  const held = new Set<string>()
  const bundle = (address: string) => join(directory, `${checked(address)}.bundle`)
  const partial = (key: string) => join(directory, `${checked(key)}.part`)

  return {
    openPartial: (key) =>
      told(async () => {
        const path = partial(key)
        if (held.has(key)) throw new StorageError(`Somebody has the partial ${key} open`)
        held.add(key)
        const letGo = () => void held.delete(key)
        try {
          const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
          return await partialOver(file, letGo, async (address) => {
            // a rename replaces what is there in one step, and whoever reads that keeps it
            await rename(path, bundle(address))
            await syncDirectory(directory)
          })
        } catch (error) {
          letGo()
          throw error
        }
      }),
    openBundle: (address) =>
      told(async () => {
        const file = await orAbsent(open(bundle(address), 'r'))
        return file && readerOver(file, (await file.stat()).size)
      }),
    deletePartial: (key) => told(() => rm(partial(key), { force: true })),
    // whoever reads it keeps it until it is closed
    deleteBundle: (address) => told(() => rm(bundle(address), { force: true })),
    deleteUnknown: (name) =>
      told(async () => {
        const entries = await list(directory)
        if (entries.some((entry) => entry.kind === 'unknown' && entry.name === name)) await rm(join(directory, name))
      }),
    list: () => told(() => list(directory)),
    availableBytes: () =>
      told(async () => {
        const { bavail, bsize } = await statfs(directory)
        return bavail * bsize
      }),
  }
}

function readerOver(file: FileHandle, size: number): BundleReader {
  let closing: Promise<void> | undefined
  return {
    size,
    read: (offset, length) => told(() => readFrom(file, offset, length)),
    close: () => {
      closing ??= told(() => file.close())
      return closing
    },
  }
}

async function partialOver(file: FileHandle, letGo: () => void, name: (address: string) => Promise<void>) {
  let { size } = await file.stat()
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await file.close()
    letGo()
  }
  const whileOpen = <T>(act: () => Promise<T>) =>
    told(async () => {
      if (!isOpen) throw new StorageError('The partial is closed')
      return act()
    })
  const partial: PartialBundle = {
    get size() {
      return size
    },
    read: (offset, length) => whileOpen(() => readFrom(file, offset, length)),
    write: (offset, bytes) =>
      whileOpen(async () => {
        size = Math.max(size, offset + bytes.length)
        await writeAll(file, offset, bytes)
      }),
    truncate: (length) =>
      whileOpen(async () => {
        await file.truncate(length)
        size = length
      }),
    flush: () => whileOpen(() => file.datasync()),
    close: () => told(close),
    seal: (address) =>
      whileOpen(async () => {
        checked(address)
        await file.sync()
        await close()
        await name(address)
      }),
  }
  return partial
}

async function readFrom(file: FileHandle, offset: number, length: number): Promise<Bytes> {
  const memory = new Uint8Array(length)
  let count = 0
  while (count < length) {
    const { bytesRead } = await file.read(memory, count, length - count, offset + count)
    if (bytesRead === 0) return memory.slice(0, count)
    count += bytesRead
  }
  return memory
}

/** A system may write less than it was given. */
async function writeAll(file: FileHandle, offset: number, bytes: Bytes): Promise<void> {
  for (let count = 0; count < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, count, bytes.length - count, offset + count)
    count += bytesWritten
  }
}

async function list(directory: string) {
  const names = (await readdir(directory)).sort()
  const entries = await Promise.all(names.map((name) => describe(directory, name)))
  return entries.filter((entry) => entry !== undefined)
}

async function describe(directory: string, fileName: string) {
  const found = await orAbsent(stat(join(directory, fileName)))
  if (!found) return undefined
  const [ending, kind] = Object.entries(ENDINGS).find(([end]) => fileName.endsWith(end)) ?? ['', 'unknown' as Kind]
  const name = fileName.slice(0, fileName.length - ending.length)
  const time = kind === 'unknown' && found.isFile() ? { modifiedAt: found.mtimeMs } : {}
  return { kind, name, sizeBytes: found.size, ...time }
}

/** A rename is durable when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  await handle.sync().finally(() => handle.close())
}

/** No name leads out of the directory. */
function checked(name: string): string {
  if (/^[a-z0-9-]{1,128}$/.test(name)) return name
  throw new StorageError(`${JSON.stringify(name)} is no name of a bundle`)
}

async function orAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  return promise.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Only errors with a code of plugdock's leave the store. */
async function told<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof StorageError) throw cause
    const { code, message } = cause as NodeJS.ErrnoException // reason: all that node:fs rejects with
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new StorageFullError(message, {}, { cause })
    throw new StorageError(message, { cause })
  }
}
