import * as node from 'node:fs/promises'
import { relative } from 'node:path'
import type { FileHandle, FileSystem } from '../../../../src/adapters/fsSystem.js'

/** One call to the system: what is done, and to which file, below the directory. */
export interface SystemCall {
  readonly operation: string
  readonly path: string
}

export interface WatchedFileSystem {
  readonly fileSystem: FileSystem
  /** In the order in which they were made. */
  readonly calls: SystemCall[]
  /** Files and directories that were opened and not closed. */
  readonly open: ReadonlySet<object>
  /** Asked before every call: an error that it gives is what the call rejects with. */
  refuse: (call: SystemCall) => Error | undefined
}

/** Node's file system, with somebody who writes down every call and may refuse it. */
export function watchFileSystem(directory: string): WatchedFileSystem {
  const open = new Set<object>()
  const calls: SystemCall[] = []
  const enter = (operation: string, path: unknown): void => {
    const call = { operation, path: relative(directory, String(path)) }
    calls.push(call)
    const error = watched.refuse(call)
    if (error) throw error
  }
  const through =
    <P extends unknown[], R>(operation: string, call: (...parameters: P) => Promise<R>) =>
    async (...parameters: P): Promise<R> => {
      enter(operation, parameters[0])
      return call(...parameters)
    }
  const openFile = async (...parameters: Parameters<typeof node.open>): Promise<FileHandle> => {
    enter('open', parameters[0])
    const file = await node.open(...parameters)
    open.add(file)
    return watchHandle(file, String(parameters[0]), enter, () => open.delete(file))
  }
  const watched: WatchedFileSystem = {
    fileSystem: {
      lstat: through('lstat', node.lstat) as FileSystem['lstat'], // reason: one of its overloads is all that is called
      mkdir: through('mkdir', node.mkdir) as FileSystem['mkdir'], // reason: as above
      open: openFile,
      readdir: through('readdir', node.readdir) as FileSystem['readdir'], // reason: as above
      rename: through('rename', node.rename),
      rm: through('rm', node.rm),
      statfs: through('statfs', node.statfs) as FileSystem['statfs'], // reason: as above
    },
    calls,
    open,
    refuse: () => undefined,
  }
  return watched
}

const WATCHED = new Set(['read', 'write', 'truncate', 'datasync', 'sync', 'stat', 'close'])

function watchHandle(
  file: FileHandle,
  path: string,
  enter: (operation: string, path: string) => void,
  onClose: () => void,
): FileHandle {
  return new Proxy(file, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      if (!WATCHED.has(String(property))) return member.bind(target)
      return async (...parameters: unknown[]) => {
        // whatever it says, a file that was closed is closed
        if (property === 'close') onClose()
        try {
          enter(String(property), path)
        } catch (error) {
          if (property === 'close') await target.close()
          throw error
        }
        return member.apply(target, parameters)
      }
    },
  })
}

/** What Node throws. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants it`), { code })
}
