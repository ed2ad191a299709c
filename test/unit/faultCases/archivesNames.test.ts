import { describe, expect, it } from 'vitest'
import { readEntry } from '../dock/stage.js'
import type { OddEntry } from '../plugins/zips.js'
import { installed, refusalOf, zipWith } from './archives.js'

async function refusedPath(...entries: readonly OddEntry[]): Promise<unknown> {
  const error = await refusalOf(zipWith(entries))
  expect(error.code).toBe('archive')
  return Reflect.get(error, 'path')
}

describe('names that lead out of the archive', () => {
  it.each([
    '../x',
    '..\\x',
    '/abs',
    'C:\\x',
    'C:x',
    'a/../../x',
    './x',
    './',
    'a//b',
    'a/./b',
    'a/..',
    'dot./x',
    'dots...',
    'blank ',
    'blank /x',
    'a\0b',
    'line\nbreak',
  ])('A1 %j -> the whole archive is refused, nothing of it is kept', async (name) => {
    expect(await refusedPath({ name })).toBe(name)
  })

  it.each([
    ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['Latin-1', Buffer.from([0x61, 0xe4])],
    ['an overlong slash', Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x61])],
  ])('A1 %s, which is not UTF-8 -> refused', async (_, name) => {
    expect((await refusalOf(zipWith([{ name }]))).message).toContain('is not UTF-8')
  })

  it('A1 one name that is unsafe among many that are not -> no file of the archive is to be had', async () => {
    const sound = Array.from({ length: 50 }, (_, at) => ({ name: `src/${at}.js`, content: 'x' }))
    expect(await refusedPath(...sound, { name: '../../etc/cron.d/x' })).toBe('../../etc/cron.d/x')
  })

  it('A1 a byte order mark -> a part of the name, and no second index.js', async () => {
    const { dock } = await installed(zipWith([{ name: '\uFEFFindex.js', content: 'another' }]))
    const plugin = await dock.plugins.load('acme.charts')
    expect(plugin.files()).toEqual(['index.js', '\uFEFFindex.js'])
    expect(Buffer.from(await plugin.read()).toString()).toBe('export default 1')
  })

  it.each(['../plugdock-evil/x', '../bundles-evil/x', '/plugdock-evil/x', 'a/../../acme.charts-evil/x'])(
    'A2 %s, beside a folder whose name begins alike -> refused',
    async (name) => {
      expect(await refusedPath({ name })).toBe(name)
    },
  )
})

describe('entries that are no files', () => {
  it.each([
    ['a symbolic link', 0o120777],
    ['a character device', 0o020666],
    ['a block device', 0o060666],
    ['a pipe', 0o010666],
    ['a socket', 0o140666],
    ['of a type that does not exist', 0o170777],
  ])('A3 %s -> refused', async (_, mode) => {
    expect(await refusedPath({ name: 'link', mode, content: '/etc/passwd' })).toBe('link')
  })

  it('A3 a link, and a file through it -> refused', async () => {
    const link = { name: 'out', mode: 0o120777, content: '/etc' }
    expect(await refusedPath(link, { name: 'out/passwd', content: 'root' })).toBe('out')
    expect(await refusedPath({ name: 'out/passwd', content: 'root' }, link)).toBe('out')
  })

  it('A3 a file typed as a folder, a folder typed as a file, a folder with content -> refused', async () => {
    expect(await refusedPath({ name: 'folder', mode: 0o040755 })).toBe('folder')
    expect(await refusedPath({ name: 'file/', mode: 0o100644 })).toBe('file/')
    expect(await refusedPath({ name: 'full/', content: 'x' })).toBe('full/')
  })
})

describe('names that are one name somewhere', () => {
  it.each([
    ['twice the same', 'a.js', 'a.js'],
    ['upper and lower case', 'A.js', 'a.js'],
    ['upper and lower case of a folder', 'Lib/a.js', 'lib/a.js'],
    ['long s', '\u017f.js', 's.js'],
    ['sharp s', 'stra\u00dfe.js', 'STRASSE.js'],
    ['sign of kelvin', '\u212a.js', 'k.js'],
    ['composed and decomposed', '\u00e9.js', 'e\u0301.js'],
    ['composed and decomposed, in other case', '\u00c9.js', 'e\u0301.js'],
    ['file and folder', 'a', 'a/b'],
    ['folder and file', 'a/b/c', 'A/B'],
    ['file and empty folder', 'a', 'a/'],
  ])('A4 %s -> refused', async (_, first, second) => {
    expect([first, second]).toContain(await refusedPath({ name: first }, { name: second }))
  })

  it("A4 the entry once more, with other content -> refused, whatever 'last one wins' says", async () => {
    expect(await refusedPath({ name: 'index.js', content: 'evil()' })).toBe('index.js')
    expect(await refusedPath({ name: 'INDEX.JS', content: 'evil()' })).toBe('INDEX.JS')
  })
})

describe('names that mean something somewhere', () => {
  it.each(['CON', 'con.txt', 'aux.js', 'a/NUL.txt', 'com1', 'LPT9.log', '__proto__', 'a/constructor', 'prototype/x'])(
    'A13 %s -> refused',
    async (name) => {
      expect(await refusedPath({ name })).toBe(name)
    },
  )

  it('A13 names of our own -> files of the archive, and none of the store', async () => {
    const names = ['.journal', 'bundles/x', 'partials/x.part', 'owner.json', 'records/CURRENT', 'x.crswap']
    const { stage, dock } = await installed(zipWith(names.map((name) => ({ name, content: name }))))
    const plugin = await dock.plugins.load('acme.charts')
    for (const name of names) expect(await plugin.text(name)).toBe(name)
    await plugin.close()
    expect((await stage.host.bundles.list()).map(({ kind }) => kind)).toEqual(['bundle'])
    expect(Buffer.from(await readEntry(dock, 'acme.charts')).toString()).toBe('export default 1')
  })

  it.each(['toString', 'hasOwnProperty', '__proto__', 'constructor'])(
    'A13 %s is asked for -> not there, and nothing of an object',
    async (name) => {
      const { dock } = await installed(zipWith([]))
      const plugin = await dock.plugins.load('acme.charts')
      await expect(plugin.read(name)).rejects.toMatchObject({ code: 'archive', path: name })
    },
  )
})
