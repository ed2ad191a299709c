import { describe, expect, it } from 'vitest'
import type { UnflushedFate } from '../../../src/adapters/memoryBundleStore.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import { createStage, isInstalled, type Stage } from '../dock/stage.js'

const OLD = { version: '1.0.0', size: 5000, chunkLengths: 1000 }
const NEW = { version: '2.0.0', size: 200_000, chunkLengths: 10_000 }

async function installOn(stage: Stage, build: typeof OLD) {
  const dock = await stage.open()
  const published = await stage.publish(build)
  const installed = await (await dock.downloads.startDownload(published.url)).finished
  return { dock, ...published, address: installed.address }
}

describe('the power is cut', () => {
  it.each<UnflushedFate>(['lost', 'zeroed'])(
    'S21 at the k-th call to the stores, for every k, and what was not flushed is %s -> old or new, whole; then new',
    async (unflushed) => {
      const actives = new Set<string>()
      for (let kth = 1, isOver = false; !isOver; kth++) {
        let count = Number.NEGATIVE_INFINITY
        const stage: Stage = createStage({
          unflushed,
          faults() {
            if (++count === kth) stage.host.crash()
          },
        })
        const { dock, bytes } = await installOn(stage, OLD)
        const next = await stage.publish(NEW)
        count = 0
        const cut = await dock.downloads
          .startDownload(next.url)
          .then(
            (task) => task.finished.then(() => 'installed'),
            () => 'not recorded',
          )
          .catch(() => 'failed')
        isOver = count < kth
        count = Number.NEGATIVE_INFINITY
        if (isOver) {
          expect(cut).toBe('installed')
          await dock.close()
        }
        const again = await stage.open()
        const [installed] = await again.storage.getInstalledPlugins()
        actives.add(installed?.version ?? 'none')
        expect(await isInstalled(again, 'acme.charts', installed?.version === '2.0.0' ? next.bytes : bytes)).toBe(true)
        await (await again.downloads.startDownload(next.url)).finished
        expect(await isInstalled(again, 'acme.charts', next.bytes)).toBe(true)
        await again.close()
      }
      expect([...actives].sort()).toEqual(['1.0.0', '2.0.0'])
    },
    60_000,
  )

  it.each(['is gone', 'is zeros', 'is cut short'])(
    'S21 a bundle whose record says that it is there %s -> found at load, and fetched again; never run as it is',
    async (how) => {
      const stage = createStage()
      const { dock, bytes, address } = await installOn(stage, NEW)
      await dock.close()
      const stores = await stage.host.open()
      if (how === 'is zeros') stage.host.bundles.bytesOf('bundle', address)?.fill(0)
      else await stores.bundles.deleteBundle(address)
      if (how === 'is cut short') {
        const partial = await stores.bundles.openPartial('short')
        await partial.write(0, bytes.subarray(0, 15_000))
        await partial.seal(address)
      }
      await stores.close()
      const again = await stage.open()
      expect(await isInstalled(again, 'acme.charts', bytes)).toBe(true)
    },
  )
})

describe('a bit that flips', () => {
  const PLACES: readonly [string, (size: number) => number][] = [
    ['the first byte', () => 0],
    ['the last byte', (size) => size - 1],
    ['the middle', (size) => size >> 1],
    ['the last byte of a chunk', () => 9999],
    ['the first byte of a chunk', () => 10_000],
  ]

  it.each(PLACES)(
    'S22 at %s of a bundle -> no wrong byte is handed out, with a source or without',
    async (_place, at) => {
      const stage = createStage()
      const { dock, bytes, address, path } = await installOn(stage, NEW)
      const flip = () => {
        const stored = stage.host.bundles.bytesOf('bundle', address)
        if (stored) stored[at(stored.length)] = (stored[at(stored.length)] ?? 0) ^ 4
      }
      flip()
      expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: false, badChunks: [expect.anything()] })
      expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
      flip()
      stage.origin.remove(path)
      await expect(isInstalled(dock, 'acme.charts', bytes)).rejects.toMatchObject({ code: 'corrupt' })
    },
  )

  it('S22 anywhere in any record -> right bytes, or a typed error; never other bytes', async () => {
    const stage = createStage()
    const { dock, bytes } = await installOn(stage, OLD)
    await dock.close()
    const stores = await stage.host.open()
    const records = await stores.records.list('')
    await stores.close()
    const texts = records.map(({ key }) => [key, stage.host.records.textOf(key) ?? ''] as const)
    const outcomes = { right: 0, refused: 0 }
    for (const [spoiled, text] of texts) {
      for (let at = 0; at < text.length; at += 5) {
        const flipped = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 2) + text.slice(at + 1)
        for (const [key, whole] of texts) stage.host.records.spoil(key, key === spoiled ? flipped : whole)
        outcomes[await look(stage, bytes)]++
      }
    }
    expect(outcomes.right).toBeGreaterThan(outcomes.refused)
    expect(outcomes.refused).toBeGreaterThan(0)
  }, 60_000)

  it('S22 in a manifest or in the bytes that are served -> nothing of it is installed', async () => {
    for (const at of [0.1, 0.5, 0.9]) {
      const stage = createStage()
      const { dock, bytes } = await installOn(stage, OLD)
      const next = await stage.publish(NEW)
      const wrong = next.bytes.slice()
      const place = Math.floor(wrong.length * at)
      wrong[place] = (wrong[place] ?? 0) ^ 1
      stage.origin.put(next.path, wrong)
      const task = await dock.downloads.startDownload(next.url)
      await stage.until(task, 'failed')
      expect(task.progress.failure).toMatchObject({ code: 'integrity' })
      expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
    }
  })
})

async function look(stage: Stage, bytes: Uint8Array): Promise<'right' | 'refused'> {
  try {
    const dock = await stage.open()
    try {
      expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
      return 'right'
    } finally {
      await dock.close()
    }
  } catch (error) {
    expect(error).toBeInstanceOf(PluginDockError)
    return 'refused'
  }
}
