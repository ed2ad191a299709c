import type { Timers } from '../domain/timeLimit.js'
import { makeFile, type OpfsFile, openAlone, patiently, type SyncHandle } from './opfsFiles.js'

/** Another page may be reading the bundle that is replaced, from its start to its end. */
export const SEAL_RETRY_DELAYS_MS = [10, 50, 100, 200, 400, 800, 1600, 3200, 3200]

export interface Move {
  readonly file: OpfsFile
  readonly from: FileSystemDirectoryHandle
  readonly to: FileSystemDirectoryHandle
  readonly name: string
  readonly timers: Timers
  /** @default less than a second together */
  readonly retryDelaysMs?: readonly number[]
}

const COPY_BYTES = 1024 * 1024

/** Atomic, and replaces what has the name, where the engine can move files; else a copy. Waits a while for who holds one of both. */
export async function moveFile({ file, from, to, name, timers, retryDelaysMs }: Move): Promise<void> {
  if (canMove(file)) return patiently(timers, () => file.move(to, name), retryDelaysMs)
  const target = await openAlone(await makeFile(to, name), timers)
  try {
    await target.truncate(0)
    await copyInto(target, await file.getFile())
    await target.flush()
  } finally {
    await target.close()
  }
  await from.removeEntry(file.name)
}

export function canMove(file: OpfsFile): file is OpfsFile & Required<Pick<OpfsFile, 'move'>> {
  return file.move !== undefined
}

/** Writes all of `from` at the start of the file; answers how much that was. */
export async function copyInto(handle: SyncHandle, from: Blob): Promise<number> {
  for (let at = 0; at < from.size; at += COPY_BYTES) {
    writeAll(handle, new Uint8Array(await from.slice(at, at + COPY_BYTES).arrayBuffer()), at)
  }
  return from.size
}

/**
 * A private window of Chromium does not throw where there is no room: it answers its error's number, -8, as an unsigned
 * one. An engine that takes nothing would be asked for ever.
 */
export function writeAll(handle: SyncHandle, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length; ) {
    const written = handle.write(bytes.subarray(done), { at: offset + done })
    if (written <= 0 || written > bytes.length - done) throw new DOMException('There is no room', 'QuotaExceededError')
    done += written
  }
}
