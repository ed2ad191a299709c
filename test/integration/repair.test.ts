import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createPluginDockOn, type HostDockOptions } from '../../src/createPluginDockOn.js'
import type { PluginDock } from '../../src/dock/types.js'
import { createNodeHost } from '../../src/hosts/node/createNodeHost.js'
import {
  always,
  type BuiltPlugin,
  buildPlugin,
  createScriptedOrigin,
  dropAfter,
  publishOn,
  type ScriptedOrigin,
} from '../../src/testing/index.js'

const CHUNK_BYTES = 128 * 1024
const SIZE_BYTES = 8 * 1024 * 1024 + 1000
const AT_ONCE: HostDockOptions = { retry: { baseDelayMs: 1, jitter: 'none' } }

/** L1, over real files and real connections. */
describe('an installed bundle of 8 MiB, in a directory', () => {
  let root: string
  let origin: ScriptedOrigin
  let plugin: BuiltPlugin
  let path: string
  let bundle: string
  let dock: PluginDock

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
    onTestFinished(() => rm(root, { recursive: true, force: true }))
    origin = createScriptedOrigin()
    const listening = await origin.listen()
    onTestFinished(() => listening.close())
    plugin = await buildPlugin({ size: SIZE_BYTES, chunkLengths: CHUNK_BYTES })
    const source = listening.url + new URL(publishOn(origin, plugin)).pathname
    path = `/${plugin.manifest.id}/${plugin.manifest.bundle.urls[0]}`
    dock = await openDock()
    const { address } = await (await dock.downloads.startDownload(source)).finished
    bundle = join(root, 'bundles', address)
    origin.forgetRequests()
  })

  async function openDock(): Promise<PluginDock> {
    const opened = await createPluginDockOn(createNodeHost({ directory: root }), AT_ONCE)
    onTestFinished(() => opened.close())
    return opened
  }

  async function flip(at: number): Promise<void> {
    const file = await open(bundle, 'r+')
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
    await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, at)
    await file.close()
  }

  /** Loads it, and checks every byte that comes out, and what lies on the disk then. */
  async function expectWhole(): Promise<void> {
    const loaded = await dock.plugins.load(plugin.manifest.id)
    expect(Buffer.compare(await loaded.read(), plugin.bytes)).toBe(0)
    await loaded.close()
    expect(Buffer.compare(await readFile(bundle), plugin.bytes)).toBe(0)
    expect(await readdir(join(root, 'partials'))).toEqual([])
    expect(await readdir(join(root, 'bundles'))).toHaveLength(1)
  }

  const fetched = (): number => origin.bytesSent(path)

  it('one byte flipped -> load gives the right bytes, and one chunk went over the line', async () => {
    await flip(5_000_000)
    await expectWhole()
    expect(fetched()).toBe(CHUNK_BYTES)
    expect(origin.requests).toHaveLength(1)
    expect(await dock.storage.verify(plugin.manifest.id)).toMatchObject({ ok: true })
  })

  it('flipped while it is loaded -> the same object reads on', async () => {
    const loaded = await dock.plugins.load(plugin.manifest.id)
    await flip(0)
    await flip(SIZE_BYTES - 1)
    expect(Buffer.compare(await loaded.read(), plugin.bytes)).toBe(0)
    await loaded.close()
    expect(fetched()).toBe(CHUNK_BYTES + (SIZE_BYTES % CHUNK_BYTES))
    await expectWhole()
  })

  it('cut short -> what is missing is fetched', async () => {
    await truncate(bundle, 8 * 1024 * 1024)
    await expectWhole()
    expect(fetched()).toBe(1000)
  })

  it('deleted -> fetched again', async () => {
    await rm(bundle)
    await expectWhole()
    expect(fetched()).toBe(SIZE_BYTES)
  })

  it('replaced by a folder -> fetched again', async () => {
    await rm(bundle)
    await mkdir(join(bundle, 'inside'), { recursive: true })
    await expectWhole()
    expect(fetched()).toBe(SIZE_BYTES)
  })

  it('the line breaks again and again -> corrupt, nothing wrong comes out, and the next load goes on', async () => {
    await rm(bundle)
    origin.script(path, dropAfter(3_000_000), always(dropAfter(0)))
    await expect(dock.plugins.load(plugin.manifest.id)).rejects.toMatchObject({
      code: 'corrupt',
      cause: { code: 'network' },
    })
    origin.unscript(path)
    await expectWhole()
    expect(fetched()).toBeLessThanOrEqual(SIZE_BYTES + CHUNK_BYTES)
  })

  it('it is gone, and deleted after a failed repair -> nothing of it is left', async () => {
    await rm(bundle)
    origin.script(path, dropAfter(3_000_000), always(dropAfter(0)))
    await expect(dock.plugins.load(plugin.manifest.id)).rejects.toMatchObject({ code: 'corrupt' })
    await dock.storage.deletePlugin(plugin.manifest.id)
    expect(await readdir(join(root, 'partials'))).toEqual([])
    expect(await readdir(join(root, 'bundles'))).toEqual([])
  })
})
