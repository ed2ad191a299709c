import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface PackageJson {
  readonly name: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

/** What an app can import: each module entry of `package.json`, as its specifier. A worker is started, not imported; a style sheet is linked. */
export function moduleEntries(): string[] {
  const file = join(import.meta.dirname, '../../package.json')
  const { name, exports } = JSON.parse(readFileSync(file, 'utf8')) as PackageJson // reason: our own file
  return Object.keys(exports)
    .filter((path) => !/\.(json|css)$|\.worker\.js$/.test(path))
    .map((path) => name + path.slice(1))
}
