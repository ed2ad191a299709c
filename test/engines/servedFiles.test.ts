import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createScriptedOrigin } from '../../src/testing/index.js'
import { buildServiceWorker } from '../heavy/servedFiles/buildServiceWorker.js'
import { fillerOf, publishServed } from '../heavy/servedFiles/plugin.js'
import { EngineBrowser } from './engineBrowser.js'
import { ENGINE_NAMES, type Engine, openEngine } from './engines.js'
import { PageServer } from './pageServer.js'

let folder: string
let page: PageServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-served-engines-'))
  page = await PageServer.open(folder)
  await buildServiceWorker(join(import.meta.dirname, '../heavy/servedFiles'), join(folder, 'page'))
})
afterAll(async () => {
  await page?.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

describe.each(ENGINE_NAMES)('%s', (name) => {
  let engine: Engine

  beforeAll(async () => {
    engine = await openEngine(name)
  }, 600_000)
  afterAll(() => engine?.close())

  test('a plugin of many files through the service worker -> what is damaged, and its source gone, is refused; the rest renders', async () => {
    const origin = createScriptedOrigin()
    const listening = await origin.listen()
    const browser = await EngineBrowser.launch(engine, join(folder, name), page.url)
    try {
      await page.call('serve')
      await page.call('open')
      expect(await page.call('isServed')).toBe(true)
      const plugin = await publishServed(origin)
      await page.call('start', plugin.manifestUrl.replace(origin.url, listening.url))
      expect(await page.call('ending')).toBe('installed')
      origin.remove(plugin.bundlePath)
      await page.call('flipStoredByte', plugin.offsetOf(fillerOf('1.0.0')) + 5000)
      expect(await page.call('statusOf', 'data/filler.bin')).toBe(502)
      expect(await page.call('render')).toEqual({
        ink: 'navy',
        isCycleClosed: true,
        greeting: 'hello',
        sum: 5,
        worker: 'from a worker',
        lazy: 'navy 1.0.0',
        isSharedOnce: true,
        color: 'rgb(1, 2, 3)',
        isOfAddress: true,
        drawn: 24,
        pixel: [255, 0, 0, 255],
      })
      expect(page.takeBroken()).toEqual([])
    } finally {
      await browser.kill()
      page.forget()
      await listening.close()
    }
  })
})
