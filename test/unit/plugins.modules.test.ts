import { afterEach, describe, expect, test, vi } from 'vitest'
import { CorruptError, UnsupportedError } from '../../src/domain/errors/index.js'
import { createModuleGraph, type ModuleGraph } from '../../src/plugins/linkModules.js'
import { failureOf } from './plugins/memoryBundle.js'
import { folderScope, type RecordingScope, urlScope } from './plugins/moduleScopes.js'

type Files = Readonly<Record<string, string>>
type Imports = Record<string, () => Promise<unknown>>

const opened: RecordingScope[] = []
afterEach(async () => {
  for (const name of ['plugdockRan', 'plugdockSide']) Reflect.deleteProperty(globalThis, name)
  await Promise.all(opened.splice(0).map((scope) => scope.close()))
})

interface Linked {
  readonly graph: ModuleGraph
  readonly scope: RecordingScope
  readonly read: ReturnType<typeof vi.fn<(path: string) => Promise<string>>>
}

function link(files: Files, scope: RecordingScope, imports: Imports = {}): Linked {
  opened.push(scope)
  const read = vi.fn(async (path: string) => files[path] ?? '')
  const graph = createModuleGraph({ read, has: (path) => Object.hasOwn(files, path), imports, scope })
  return { graph, scope, read }
}

const scopes = [
  ['a URL a module', () => urlScope()],
  ['files in a folder', folderScope],
] as const

describe.each(scopes)('%s', (_, makeScope) => {
  test('static imports and re-exports -> linked, leaves first', async () => {
    const { graph, scope } = link(
      {
        'index.js': `import { a } from './lib/a.js'\nexport * from "./b.mjs"; export { c as see } from './lib/c.js'\nexport default a`,
        'lib/a.js': `import '../side.js'; import { c } from './c.js'; export const a = 'a' + c`,
        'lib/c.js': `export const c = 'c'`,
        'b.mjs': `export * as all from './lib/c.js'; export const b = 'b'`,
        'side.js': `globalThis.plugdockSide = (globalThis.plugdockSide ?? 0) + 1`,
        'unused.js': 'throw 1',
      },
      await makeScope(),
    )
    expect(await graph.import('index.js')).toMatchObject({ default: 'ac', b: 'b', see: 'c', all: { c: 'c' } })
    const order = [...scope.published.keys()]
    expect(order).toHaveLength(5)
    expect(order.at(-1)).toBe('index.js')
    expect(order.indexOf('lib/c.js')).toBeLessThan(order.indexOf('lib/a.js'))
  })

  test('one instance of each module, from wherever it is imported', async () => {
    const { graph, read } = link(
      {
        'index.js': `export { state } from './state.js'; export const later = () => import('./state.js')`,
        'other.js': `export { state } from './state.js'`,
        'state.js': `export const state = {}`,
      },
      await makeScope(),
    )
    const [first, again, other] = await Promise.all(
      ['index.js', 'index.js', 'other.js'].map((path) => graph.import(path)),
    )
    expect(again).toBe(first)
    const { state, later } = first as { state: object; later: () => Promise<{ state: object }> }
    expect(other).toMatchObject({ state })
    expect((other as { state: object }).state).toBe(state)
    expect((await later()).state).toBe(state)
    expect(((await graph.import('state.js')) as { state: object }).state).toBe(state)
    expect(read).toHaveBeenCalledTimes(3)
  })

  test('literal dynamic imports -> read before the plugin runs, run when they are called', async () => {
    const { graph, read } = link(
      {
        'index.js': `export const load = () => import(/* chunk */ './page.js')`,
        'page.js': `import { deep } from './deep.js'; export const page = deep; export const more = () => import('./more.js')`,
        'deep.js': `globalThis.plugdockRan = true; export const deep = 1`,
        'more.js': `export default 'more'`,
      },
      await makeScope(),
    )
    const { load } = (await graph.import('index.js')) as {
      load: () => Promise<{ page: number; more: () => Promise<object> }>
    }
    read.mockRejectedValue(new Error('the bundle is closed'))
    expect(Reflect.get(globalThis, 'plugdockRan')).toBeUndefined()
    const page = await load()
    expect(page.page).toBe(1)
    expect(await page.more()).toMatchObject({ default: 'more' })
  })

  test('dynamic imports in a circle, and of a computed path -> work', async () => {
    const { graph } = link(
      {
        'index.js': `export const name = 'index'; export const pick = (page) => import('./pages/' + page + '.js')`,
        'pages/a.js': `export const back = () => import('../index.js')`,
      },
      await makeScope(),
    )
    const index = (await graph.import('index.js')) as {
      pick: (page: string) => Promise<{ back: () => Promise<unknown> }>
    }
    expect(await (await index.pick('a')).back()).toBe(index)
    expect(await failureOf(index.pick('b'))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('"pages/b.js"'),
    })
  })

  test('JSON, with attributes and without -> its value, once', async () => {
    const { graph } = link(
      {
        'index.js': `import a from './data.json' with { type: 'json' }\nexport { default as b } from "./data.json" with {
          type: "json" }; export { a }; export const c = import('./data.json', { with: { type: 'json' } })`,
        'data.json': `{ "__proto__": 1, "text": "</script>\u2028" }`,
        'data.json.mjs': 'export default "another"',
      },
      await makeScope(),
    )
    const { a, b, c } = (await graph.import('index.js')) as { a: object; b: object; c: Promise<{ default: object }> }
    expect(Object.entries(a)).toEqual([
      ['__proto__', 1],
      ['text', '</script>\u2028'],
    ])
    expect(b).toBe(a)
    expect((await c).default).toBe(a)
    expect(await graph.import('data.json')).toMatchObject({ default: a })
  })

  test('bare specifiers that the app names -> what it returns, asked for once', async () => {
    const react = Object.assign(() => 'rendered', { version: '19' })
    const imports = {
      react: vi.fn(async () => react),
      'lib/sub': vi.fn(async () => ({ default: 1, class: 2, 'not an identifier': 3, 'half \ud800': 4 })),
      plain: async () => 'text',
    }
    const { graph } = link(
      {
        'index.js': `import react, { version } from 'react'; import { class as c, 'not an identifier' as n } from "lib/sub"
          import * as all from 'lib/sub'; import text from 'plain'; import './other.js'
          export { react, version, c, n, all, text }; export const later = import('react')`,
        'other.js': `import 'react'`,
      },
      await makeScope(),
      imports,
    )
    const module = (await graph.import('index.js')) as { react: unknown; all: object; later: Promise<unknown> }
    expect(module).toMatchObject({ version: '19', c: 2, n: 3, text: 'text' })
    expect(module.react).toBe(react)
    expect(Object.keys(module.all).sort()).toEqual(['class', 'default', 'not an identifier'])
    expect(await module.later).toMatchObject({ default: react, version: '19' })
    expect(imports.react).toHaveBeenCalledTimes(1)
  })

  test('import.meta, comments, strings and properties named import -> untouched', async () => {
    const code = `// import './no.js'
export const url = import.meta.url; export const text = "import('./no.js')"; export const own = { import: (x) => x }.import('./no.js')`
    const { graph, scope } = link({ 'index.js': code }, await makeScope())
    expect(await graph.import('index.js')).toMatchObject({ text: "import('./no.js')", own: './no.js' })
    expect(scope.published.get('index.js')).toBe(code)
  })

  test('names with blanks and other letters -> found by their encoded specifiers', async () => {
    const { graph } = link(
      { 'index.js': `export * from './sub%20folder/%C3%A9t%C3%A9.js'`, 'sub folder/été.js': `export const a = 1` },
      await makeScope(),
    )
    expect(await graph.import('index.js')).toMatchObject({ a: 1 })
  })

  test.each([
    ['a bare specifier', `import 'lodash'`, /"index\.js" imports "lodash".*options\.imports/],
    ['a name of JavaScript’s own', `import 'constructor'`, /options\.imports/],
    ['https', `import 'https://cdn.example/x.js'`, /nobody has verified/],
    ['data', `import 'data:text/javascript,1'`, /nobody has verified/],
    ['blob', `import 'blob:null/1'`, /nobody has verified/],
    ['file', `import 'file:///etc/x.js'`, /nobody has verified/],
    ['an absolute path', `import '/x.js'`, /nobody has verified/],
    ['a missing file', `import './missing.js'`, /"index\.js" imports "\.\/missing\.js".*not in the bundle/],
    ['no extension', `import './lib'`, /not in the bundle; extensions/],
    ['a folder', `import './'`, /not in the bundle/],
    ['a path out of the bundle', `import '../../x.js'`, /leaves the bundle/],
    ['a query', `import './lib.js?raw'`, /has a query/],
    ['a backslash', `import '.\\\\lib.js'`, /imports/],
    ['an encoded slash', `import './a%2flib.js'`, /encoded slash/],
    ['half an escape', `import './%E0%A4%A'`, /percent sign/],
    ['attributes of CSS', `import './lib.js' with { type: 'css' }`, /attributes/],
    ['source phase', `import source x from './lib.js'`, /import source/],
    ['CommonJS', `import './old.cjs'`, /no JavaScript module/],
  ])('%s -> unsupported, before anything runs', async (_case, code, message) => {
    const files = { 'index.js': `globalThis.plugdockRan = true\n${code}`, 'lib.js': '', 'old.cjs': '' }
    const { graph } = link(files, await makeScope())
    const error = await failureOf(graph.import('index.js'))
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error).toMatchObject({ message: expect.stringMatching(message) })
    expect(Reflect.get(globalThis, 'plugdockRan')).toBeUndefined()
  })

  test.each([`'lodash'`, `'https://cdn.example/x.js'`, `'./missing.js'`, `'https://cdn.' + 'example/x.js'`])(
    'import(%s) -> unsupported, when it is called',
    async (specifier) => {
      const { graph } = link({ 'index.js': `export const load = () => import(${specifier})` }, await makeScope())
      const { load } = (await graph.import('index.js')) as { load: () => Promise<unknown> }
      expect(await failureOf(load())).toBeInstanceOf(UnsupportedError)
    },
  )

  test('a computed URL of bytes that the plugin has made -> imported', async () => {
    const files = {
      'index.js': `const made = 'data:text/javascript,export default 7'\nexport const load = () => import(made)`,
    }
    const { graph } = link(files, await makeScope())
    const { load } = (await graph.import('index.js')) as { load: () => Promise<unknown> }
    expect(await load()).toMatchObject({ default: 7 })
  })

  test('text that is no module, and no JSON -> archive, with the path', async () => {
    const { graph } = link({ 'index.js': `import './a.js'`, 'a.js': 'function ( {', 'b.json': '{' }, await makeScope())
    expect(await failureOf(graph.import('index.js'))).toMatchObject({ code: 'archive', path: 'a.js' })
    expect(await failureOf(graph.import('b.json'))).toMatchObject({ code: 'archive', path: 'b.json' })
    expect(await failureOf(graph.import('c.js'))).toMatchObject({ code: 'archive', path: 'c.js' })
  })

  test('a read that fails -> its error; the next call tries again', async () => {
    const files = { 'index.js': `import './a.js'; export default 1`, 'a.js': '' }
    const { graph, read } = link(files, await makeScope())
    const corrupt = new CorruptError('bad', { pluginId: 'a', version: '1.0.0', badChunks: [] })
    read.mockImplementationOnce(async () => files['index.js']).mockRejectedValueOnce(corrupt)
    expect(await failureOf(graph.import('index.js'))).toBe(corrupt)
    expect(await graph.import('index.js')).toMatchObject({ default: 1 })
  })

  test('code that throws, or an app that does -> told', async () => {
    const imports = { broken: () => Promise.reject(new Error('no such thing')) }
    const files = { 'index.js': `throw new RangeError('mine')`, 'b.js': `import 'broken'` }
    const { graph } = link(files, await makeScope(), imports)
    expect(await failureOf(graph.import('index.js'))).toMatchObject({ message: 'mine' })
    expect(await failureOf(graph.import('b.js'))).toMatchObject({
      code: 'unsupported',
      message: 'options.imports["broken"] failed: no such thing',
    })
  })
})

const CIRCLE = {
  'index.js': `import { even } from './even.js'; export default even(10)`,
  'even.js': `import { odd } from './odd.js'; export const even = (n) => n === 0 || odd(n - 1)`,
  'odd.js': `import { even } from './even.js'; export const odd = (n) => n !== 0 && even(n - 1)`,
}

test('modules in a circle -> fine where relative specifiers are kept', async () => {
  const { graph } = link(CIRCLE, await folderScope())
  expect(await graph.import('index.js')).toMatchObject({ default: true })
})

test('modules in a circle -> unsupported where every module is a URL, with the circle and the cure', async () => {
  const error = await failureOf(link(CIRCLE, await urlScope()).graph.import('index.js'))
  expect(error).toBeInstanceOf(UnsupportedError)
  expect(error).toMatchObject({ message: expect.stringContaining('("even.js" -> "odd.js" -> "even.js")') })
  expect(error).toMatchObject({ message: expect.stringContaining('service-worker') })
  expect(await failureOf(link({ 'a.js': `import './a.js'` }, await urlScope()).graph.import('a.js'))).toBeInstanceOf(
    UnsupportedError,
  )
})

test.each([true, false])(
  'a chain of 10,000 modules -> linked (relative specifiers kept: %s)',
  async (keepsRelativeSpecifiers) => {
    const files: Record<string, string> = { 'm0.js': 'export const depth = 0' }
    for (let at = 1; at < 10_000; at++) files[`m${at}.js`] = `import './m${at - 1}.js'; export const depth = ${at}`
    const published = new Map<string, string>()
    // No engine runs so deep a chain: the scope answers with what it was asked to run.
    const scope: RecordingScope = {
      keepsRelativeSpecifiers,
      published,
      publish: async (path, code) => `made:${published.set(path, code).size}`,
      import: async (specifier) => specifier,
      close: async () => {},
    }
    expect(await link(files, scope).graph.import('m9999.js')).toBe('made:10000')
  },
)

test('built-ins -> only where the scope allows them, or the app names them', async () => {
  const files = {
    'index.js': `import { sep } from 'node:path'; export { sep }; export const os = () => import('node:os')`,
  }
  const allowed = (await link(files, await folderScope()).graph.import('index.js')) as {
    sep: string
    os: () => Promise<object>
  }
  expect(allowed.sep).toMatch(/[/\\]/)
  expect(await allowed.os()).toHaveProperty('platform')
  expect(await failureOf(link(files, await urlScope()).graph.import('index.js'))).toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('does not offer'),
  })
  const named = link(files, await urlScope(), { 'node:path': async () => ({ sep: '|' }) })
  expect(await named.graph.import('index.js')).toMatchObject({ sep: '|' })
})
