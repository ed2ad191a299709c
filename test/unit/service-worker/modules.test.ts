import { describe, expect, it } from 'vitest'
import { createServedStage, ID, MODULE, type ServedStage } from './servedStage.js'

const CONTENTS = {
  'index.js': "import { a } from './lib/a.js'\nexport default a\n",
  'lib/a.js': "import { ink } from 'palette'\nimport words from '../words.json'\nexport const a = [ink, words]\n",
  'lib/late.js': "export const late = (name) => import(name)\nexport const near = () => import('./a.js')\n",
  'words.json': '{ "greeting": "hello" }',
  'classic.js': 'window.x = 1; with (window) y = 2',
}

const IMPORTS = { palette: async () => ({ ink: 'navy' }) }

async function openInstalled() {
  const stage = await createServedStage({}, { imports: IMPORTS })
  const address = await stage.install(CONTENTS)
  return { stage, address }
}

async function importAll({ dock }: ServedStage): Promise<void> {
  const loaded = await dock.plugins.load(ID)
  for (const path of ['index.js', 'lib/late.js']) await loaded.import(path)
  await loaded.close()
}

describe('a module that a page imports', () => {
  it('it imports files of the bundle alone -> as it lies there, and the page is not asked', async () => {
    const { stage, address } = await openInstalled()
    expect(await (await stage.get(address, 'index.js', MODULE)).text()).toBe(CONTENTS['index.js'])
    expect(stage.page.asked).toEqual([])
  })

  it('it imports a shared name and JSON -> these point to modules that the page has made, and the rest is as it was', async () => {
    const { stage, address } = await openInstalled()
    await importAll(stage)
    const response = await stage.get(address, 'lib/a.js', MODULE)
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const code = await response.text()
    const [, shared = '', json = ''] =
      /^import \{ ink \} from "([^"]+)"\nimport words from "([^"]+)"\nexport const a = \[ink, words\]\n$/.exec(code) ??
      []
    const textOf = async (url: string) => (await stage.request(url, MODULE))?.response.text()
    expect(await textOf(shared)).toContain('as "ink"')
    expect(await textOf(json)).toBe('export default JSON.parse("{ \\"greeting\\": \\"hello\\" }")\n')
    expect((await stage.request(shared, {}))?.response).toBeDefined()
  })

  it('code computes what it imports -> through the page', async () => {
    const { stage, address } = await openInstalled()
    await importAll(stage)
    const code = await (await stage.get(address, 'lib/late.js', MODULE)).text()
    expect(code).toMatch(/importFrom\("lib\/late\.js",true\)\(name\)/)
  })

  it.each([
    ['read, not imported', { mode: 'cors', destination: '' }],
    ['a classic script', { mode: 'no-cors', destination: 'script' }],
    ['a worker', { mode: 'same-origin', destination: 'worker' }],
    ['imported in a worker, or by a page without the dock', { ...MODULE, clientId: 'a worker' }],
  ])('%s -> the file as it lies in the bundle', async (_, asked) => {
    const { stage, address } = await openInstalled()
    await importAll(stage)
    expect(await (await stage.get(address, 'lib/a.js', asked)).text()).toBe(CONTENTS['lib/a.js'])
  })

  it('it is no module -> the file as it is', async () => {
    const { stage, address } = await openInstalled()
    expect(await (await stage.get(address, 'classic.js', MODULE)).text()).toBe(CONTENTS['classic.js'])
  })

  it('the page gives code for a file of the bundle, or nonsense -> the file as it lies in the bundle', async () => {
    const { stage, address } = await openInstalled()
    const answers: readonly unknown[] = [{ code: 'alert(1)' }, { edits: [{ start: 'x' }] }, { edits: 1 }, 7, null]
    for (const link of answers) {
      stage.page.links.set(`${ID}/${address}/lib/a.js`, link as never) // reason: what no page of ours would say
      expect(await (await stage.get(address, 'lib/a.js', MODULE)).text()).toBe(CONTENTS['lib/a.js'])
    }
  })

  it('the page gives edits for what is no file -> 404', async () => {
    const { stage, address } = await openInstalled()
    stage.page.links.set(`${ID}/${address}/nothing.js`, { edits: [] })
    expect((await stage.get(address, 'nothing.js', MODULE)).status).toBe(404)
  })
})
