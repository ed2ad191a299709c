import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ModuleScope } from '../../../src/ports/modules.js'

export interface RecordingScope extends ModuleScope {
  /** In the order of publishing. */
  readonly published: Map<string, string>
}

const nativeImport: (specifier: string) => Promise<unknown> = createRequire(import.meta.url)('./nativeImport.cjs')

/** As a page without a service worker: every module has a URL that says nothing about its path. */
export function urlScope(options: { allowsBuiltins?: boolean } = {}): Promise<RecordingScope> {
  return makeScope({ ...options, keepsRelativeSpecifiers: false }, (_path, at) => `${at}.mjs`)
}

/** As a server process: every module is a file in a folder, under its path. */
export function folderScope(): Promise<RecordingScope> {
  return makeScope({ allowsBuiltins: true, keepsRelativeSpecifiers: true }, (path) => path)
}

async function makeScope(
  rules: Pick<ModuleScope, 'allowsBuiltins' | 'keepsRelativeSpecifiers'>,
  nameOf: (path: string, at: number) => string,
): Promise<RecordingScope> {
  const folder = await mkdtemp(join(tmpdir(), 'plugdock-modules-'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const published = new Map<string, string>()
  return {
    ...rules,
    published,
    async publish(path, code) {
      record(published, path, code)
      const file = join(folder, nameOf(path, published.size))
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, code)
      return pathToFileURL(file).href
    },
    import: nativeImport,
    close: () => rm(folder, { recursive: true }),
  }
}

function record(published: Map<string, string>, path: string, code: string): void {
  if (published.has(path)) throw new Error(`${path} was published twice`)
  published.set(path, code)
}
