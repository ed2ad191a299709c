import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cycleViolations } from './architecture/cycles.js'
import { ENTRIES, isWithin, LAYERS, layerOf } from './architecture/layers.js'
import {
  doorViolations,
  entryViolations,
  layerViolations,
  lengthViolations,
  notRunViolations,
  platformViolations,
  purityViolations,
  unfinishedViolations,
} from './architecture/rules.js'
import { readSource, type SourceFile } from './architecture/sourceFile.js'

const ROOT = join(import.meta.dirname, '..')
const sources = ['machines', 'src'].flatMap(readFolder)
const tests = ['stories', 'test'].flatMap(readFolder)

function readFolder(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => readSource(relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8')))
}

test('there are sources to judge', () => {
  expect(sources.length).toBeGreaterThan(0)
  expect(tests.length).toBeGreaterThan(0)
})

describe('imports', () => {
  test.each(LAYERS)('$path imports what its layer may', (layer) => {
    const files = sources.filter(({ path }) => layerOf(path) === layer)
    expect(files.flatMap(layerViolations)).toEqual([])
  })

  test('every source is in a layer', () => {
    expect(sources.filter(({ path }) => !layerOf(path)).flatMap(layerViolations)).toEqual([])
  })

  test.each(ENTRIES)('importing $path loads what the entry may', (entry) => {
    expect(sources.map(({ path }) => path)).toContain(entry.path)
    expect(entryViolations(sources, entry)).toEqual([])
  })

  test('no import cycle, type-only imports included', () => {
    expect(cycleViolations(sources)).toEqual([])
  })

  test('src/index.ts is the public door and nothing else', () => {
    expect(sources.filter(({ path }) => path === 'src/index.ts').flatMap(doorViolations)).toEqual([])
  })
})

describe('code', () => {
  test('machines know no clock, chance, timer, console, await or fetch', () => {
    expect(sources.filter(({ path }) => isWithin(path, 'machines')).flatMap(purityViolations)).toEqual([])
  })

  test('ky, localforage, navigator and window appear only under src/adapters and src/hosts', () => {
    expect(sources.flatMap(platformViolations)).toEqual([])
  })

  test('no file is too long', () => {
    expect(sources.flatMap(lengthViolations)).toEqual([])
  })

  test('nothing is marked as unfinished', () => {
    const others = tests.filter(({ path }) => !isWithin(path, 'test/architecture'))
    expect([...sources, ...others].flatMap(unfinishedViolations)).toEqual([])
  })

  test('every test runs', () => {
    expect(tests.flatMap(notRunViolations)).toEqual([])
  })
})
