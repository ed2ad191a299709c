import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ArchiveError } from '../domain/errors/index.js'
import { unsafePathReason } from '../domain/paths.js'
import type { ModuleLoader, ModuleScope } from '../ports/modules.js'
import { toStorageError } from './fsErrors.js'

export interface NodeModuleLoaderOptions {
  /** Where each scope makes its folder, open to this user only. @default the system's temporary directory */
  readonly directory?: string
}

/**
 * Modules as files of a private folder, one folder a scope, made with the first module. Every `.js` file in it is an
 * ES module, whatever the surroundings say.
 */
export function createNodeModuleLoader({ directory = tmpdir() }: NodeModuleLoaderOptions = {}): ModuleLoader {
  return { createScope: async () => createScope(directory) }
}

function createScope(directory: string): ModuleScope {
  let folder: Promise<string> | undefined
  return {
    keepsRelativeSpecifiers: true,
    async publish(path, code) {
      checkPath(path)
      folder ??= makeFolder(directory)
      return writeModule(await folder, path, code)
    },
    import: (specifier) => import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ specifier),
    async close() {
      const made = folder
      folder = undefined
      await made?.then(removeFolder, () => {})
    },
  }
}

function checkPath(path: string): void {
  const reason = unsafePathReason(path)
  if (reason) throw new ArchiveError(`The module's path "${path}" ${reason}`, { path })
}

async function makeFolder(directory: string): Promise<string> {
  try {
    const folder = await mkdtemp(join(directory, 'plugdock-'))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}\n')
    return folder
  } catch (error) {
    throw toStorageError(error, 'make a folder for modules in', directory)
  }
}

async function writeModule(folder: string, path: string, code: string): Promise<string> {
  const file = join(folder, path)
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, code)
  } catch (error) {
    throw toStorageError(error, 'write the module', file)
  }
  return pathToFileURL(file).href
}

/** The system clears its temporary directory where this cannot. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {})
}
