import { describe, expect, test } from 'vitest'
import { cycleViolations } from './cycles.js'
import { ENTRIES, type Entry } from './layers.js'
import {
  doorViolations,
  entryViolations,
  layerViolations,
  lengthViolations,
  notRunViolations,
  platformViolations,
  purityViolations,
  unfinishedViolations,
} from './rules.js'
import { readSource } from './sourceFile.js'

function layerFaults(path: string, text: string): string[] {
  return layerViolations(readSource(path, text))
}

describe('layers', () => {
  test.each([
    ['src/domain/a.ts', "import { x } from '../ports/clock.js'"],
    ['src/domain/a.ts', "import * as v from 'valibot'"],
    ['src/domain/a.ts', "import { readFile } from 'node:fs/promises'"],
    ['src/domain/a.ts', "import { readFile } from 'fs'"],
    ['src/domain/a.ts', "import 'ky'"],
    ['src/domain/a.ts', "export * from '../engine/plan.js'"],
    ['src/domain/a.ts', "export type { X } from '../engine/plan.js'"],
    ['src/domain/a.ts', "export type X = import('../engine/plan.js').X"],
    ['src/domain/a.ts', "export const x = () => import('../engine/plan.js')"],
    ['src/domain/a.ts', "import { x } from '../../package.json'"],
    ['src/domain/a.ts', "import { x } from '../domainOfOthers/x.js'"],
    ['src/ports/a.ts', "import { toFailure } from '../domain/failure.js'"],
    ['src/ports/a.ts', "import { type DownloadFailure } from '../domain/failure.js'"],
    ['machines/a.machine.ts', "import type { Clock } from '../src/ports/clock.js'"],
    ['machines/a.machine.ts', "import { of } from 'rxjs'"],
    ['src/engine/a.ts', "import { fromPromise } from 'xstate'"],
    ['src/engine/a.ts', "import { x } from '../adapters/kyFetcher.js'"],
    ['src/actors/a.ts', "import { downloadMachine } from '../../machines/download.machine.js'"],
    ['src/adapters/a.ts', "import ky from 'ky'\nimport localforage from 'localforage'"],
    ['src/adapters/a.ts', "import { x } from '../engine/plan.js'"],
    ['src/plugins/a.ts', "import { createDock } from '../dock/createDock.js'"],
    ['src/plugins/a.ts', "import { x } from '../dock/types.js'"],
    ['src/charts/a.ts', "import { createMachine } from 'xstate'"],
    ['src/charts/a.ts', "import { downloadMachine } from '../../machines/download.machine.js'"],
    ['src/cli/a.ts', "import { x } from '../engine/plan.js'"],
    ['src/cli/a.ts', "import type { X } from '../dock/createDock.js'"],
    ['src/publish/a.ts', "import { ZipInfo } from 'unzipit'"],
    ['src/testing/a.ts', "import { run } from '../cli/main.js'"],
    ['src/engine/a.ts', "export const serve = () => import('node:http')"],
    ['src/hosts/memory/a.ts', "import { tmpdir } from 'node:os'"],
    ['src/index.ts', "export { KyFetcher } from './adapters/kyFetcher.js'"],
    ['src/newcomer/a.ts', 'export const x = 1'],
    ['src/newcomer.ts', 'export const x = 1'],
  ])('%s with %j -> a violation that cites the rule', (path, text) => {
    expect(layerFaults(path, text)).toEqual([expect.stringContaining('Rule: ')])
  })

  test.each([
    ['src/domain/a.ts', "import { x } from './errors/index.js'"],
    ['src/domain/manifest.ts', "import * as v from 'valibot'\nimport { x } from './bytes.js'"],
    ['src/ports/a.ts', "import type { DownloadFailure } from '../domain/failure.js'"],
    ['machines/a.machine.ts', "import { setup } from 'xstate'\nimport { x } from '../src/domain/failure.js'"],
    ['src/actors/a.ts', "import type { DownloadInput } from '../../machines/download.types.js'"],
    ['src/adapters/a.ts', "import ky, { HTTPError } from 'ky'\nimport type { Options } from 'ky'"],
    ['src/adapters/a.ts', "import { open } from 'node:fs/promises'\nimport { ClassicLevel } from 'classic-level'"],
    ['src/plugins/a.ts', "import type { LoadedPlugin } from '../dock/types.js'"],
    ['src/charts/a.ts', "import type { AnyStateMachine } from 'xstate'"],
    ['src/testing/a.ts', "import { createServer } from 'node:http'"],
    ['src/hosts/node/index.ts', "import { createPluginDockOn } from '../../createPluginDockOn.js'"],
    ['src/domain/a.ts', "// import { x } from 'ky'\nexport const text = \"import 'ky'\""],
  ])('%s with %j -> nothing to say', (path, text) => {
    expect(layerFaults(path, text)).toEqual([])
  })

  test('a violation names file, line, specifier and rule', () => {
    expect(layerFaults('src/engine/plan.ts', "export const x = 1\nimport { of } from 'rxjs'")).toEqual([
      "src/engine/plan.ts:2 imports 'rxjs'. Rule: src/engine may import src/engine, src/domain, src/ports; of packages none",
    ])
  })
})

describe('entries', () => {
  const [machines] = ENTRIES.filter(({ path }) => path === 'machines/index.ts') as [Entry] // reason: checked by its use
  const index = readSource('machines/index.ts', "export { x } from './x.machine.js'")

  function faults(text: string): string[] {
    const middle = readSource('machines/x.machine.ts', "export { x } from '../src/domain/x.js'")
    return entryViolations([index, middle, readSource('src/domain/x.ts', text)], machines)
  }

  test('a package two files away -> a violation', () => {
    expect(faults("export { x } from 'valibot'")).toEqual([
      expect.stringContaining("src/domain/x.ts:1 imports 'valibot'"),
    ])
  })

  test('a node: module two files away -> a violation', () => {
    expect(faults("export { open as x } from 'node:fs'")).toHaveLength(1)
  })

  test('src/testing with a server -> a violation, unless it is loaded when it is asked for', () => {
    const [testing] = ENTRIES.filter(({ path }) => path === 'src/testing/index.ts') as [Entry] // reason: checked by its use
    const server = readSource('src/testing/server.ts', "import { createServer } from 'node:http'")
    const found = (text: string) => entryViolations([readSource('src/testing/index.ts', text), server], testing)
    expect(found("export { serve } from './server.js'")).toHaveLength(1)
    expect(found("export const serve = () => import('./server.js')")).toEqual([])
  })

  test('types and dynamic imports load nothing', () => {
    expect(faults("import type { X } from 'valibot'\nexport const x = () => import('node:fs')")).toEqual([])
  })
})

describe('cycles', () => {
  test('of three, one by type only -> a violation with the way around', () => {
    const files = [
      readSource('src/domain/a.ts', "import { b } from './b.js'"),
      readSource('src/domain/b.ts', "export { c } from './c.js'"),
      readSource('src/domain/c.ts', "import type { A } from './a.js'"),
      readSource('src/domain/d.ts', "import { a } from './a.js'"),
    ]
    expect(cycleViolations(files)).toEqual([
      'src/domain/a.ts -> src/domain/b.ts -> src/domain/c.ts -> src/domain/a.ts. Rule: no import cycle, type-only imports included',
    ])
  })

  test('two knots -> two violations; a file that imports itself is one', () => {
    const files = [
      readSource('src/a.ts', "import './b.js'"),
      readSource('src/b.ts', "import './a.js'"),
      readSource('src/c.ts', "import './c.js'\nimport './a.js'"),
    ]
    expect(cycleViolations(files)).toHaveLength(2)
  })

  test('a diamond -> none', () => {
    const files = [
      readSource('src/a.ts', "import './b.js'\nimport './c.js'"),
      readSource('src/b.ts', "import './d.js'"),
      readSource('src/c.ts', "import './d.js'"),
      readSource('src/d.ts', ''),
    ]
    expect(cycleViolations(files)).toEqual([])
  })
})

describe('words', () => {
  test.each([
    'Date.now()',
    'new Date()',
    'Math.random()',
    'setTimeout(f, 1)',
    'console.log(1)',
    'async () => { await f() }',
    "fetch('x')",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a program's text
    '`${Date.now()}`',
  ])('a machine with %j -> a violation', (text) => {
    expect(purityViolations(readSource('machines/a.machine.ts', text))).toHaveLength(1)
  })

  test.each([
    '// Date.now()',
    '/* await */',
    "'setTimeout'",
    '`console`',
    "x('awaitingNetwork', prefetch(y))",
    '/await/',
  ])('a machine with %j -> nothing to say', (text) => {
    expect(purityViolations(readSource('machines/a.machine.ts', text))).toEqual([])
  })

  test.each([
    "import ky from 'ky'",
    "import('localforage')",
    'navigator.onLine',
    'f(window)',
    'globalThis.navigator',
    'a ? window : b',
  ])('a domain file with %j -> a violation, an adapter may', (text) => {
    expect(platformViolations(readSource('src/domain/a.ts', text))).toHaveLength(1)
    expect(platformViolations(readSource('src/adapters/a.ts', text))).toEqual([])
  })

  test.each([
    'x.window',
    '({ window: 1 })',
    'type X = { navigator?: 1 }',
    '// window',
    "'navigator'",
    'const windowMs = 1',
  ])('a domain file with %j -> nothing to say', (text) => {
    expect(platformViolations(readSource('src/domain/a.ts', text))).toEqual([])
  })

  test('characters outside ASCII shift nothing', () => {
    const [fault] = purityViolations(readSource('machines/a.machine.ts', "const a = '😀é' // 😀\nconsole.log(a)"))
    expect(fault).toContain("machines/a.machine.ts:2 has 'console'")
  })

  test('a marker of unfinished work, even in a comment -> a violation', () => {
    expect(unfinishedViolations(readSource('src/domain/a.ts', `// ${'TO'}DO later`))).toHaveLength(1)
    expect(unfinishedViolations(readSource('src/domain/a.ts', `/* ${'FIX'}ME */`))).toHaveLength(1)
    expect(unfinishedViolations(readSource('src/domain/a.ts', '// what is left to do'))).toEqual([])
  })

  test.each(['test.skip(f)', 'it.only("x", f)', 'describe.only.each([])', 'test.todo("x")', 'context.skip()'])(
    'a test file with %j -> a violation',
    (text) => {
      expect(notRunViolations(readSource('test/a.test.ts', text))).toHaveLength(1)
    },
  )

  test('a file of 300 lines and a machine of 250 -> nothing to say; one more -> a violation', () => {
    const faults = (path: string, lines: number) => lengthViolations(readSource(path, '//\n'.repeat(lines)))
    expect([faults('src/domain/a.ts', 300), faults('machines/a.machine.ts', 250)]).toEqual([[], []])
    expect(faults('src/domain/a.ts', 301)).toHaveLength(1)
    expect(faults('machines/a.machine.ts', 251)).toHaveLength(1)
  })

  test('a public door with code -> a violation', () => {
    const faults = (text: string) => doorViolations(readSource('src/index.ts', text))
    expect(faults("export { x } from './x.js'\nexport type { Y } from './y.js'\nexport * from './z.js'")).toEqual([])
    expect(faults('export const x = 1')).toHaveLength(1)
    expect(faults("import { x } from './x.js'\nx()")).toHaveLength(1)
  })
})
