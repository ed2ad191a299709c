import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Locked {
  readonly version: string
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const LOCKS = ['package-lock.json', 'bench/package-lock.json'] as const

function packagesIn(lock: (typeof LOCKS)[number]): Readonly<Record<string, Locked>> {
  const text = readFileSync(join(import.meta.dirname, '../../..', lock), 'utf8')
  return (JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> }).packages // reason: npm's own file
}

test.each(LOCKS)('%s -> names no registry', (lock) => {
  expect(Object.keys(packagesIn(lock)).length).toBeGreaterThan(1)
  expect(Object.values(packagesIn(lock)).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})

// npm leaves out what its registry did not have, and then `npm ci` refuses the lock: Biome 2.6.8 for other systems was so.
test('a package with a part for each system -> all parts are locked, so that `npm ci` accepts the lock', () => {
  const packages = packagesIn('package-lock.json')
  const parts = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    path === '' ? [] : Object.keys(optionalDependencies),
  )
  expect(parts.length).toBeGreaterThan(0)
  expect(parts.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)))).toEqual(
    [],
  )
})
