import { describe, expect, it } from 'vitest'
import {
  always,
  corrupt,
  dropAfter,
  type Fault,
  html,
  lieAboutRange,
  pass,
  refuse,
  seededBytes,
  stall,
  status,
  trickle,
} from '../../../src/testing/index.js'
import { createStage, isInstalled, type Stage } from './stage.js'

const MIRROR = '/mirror/file.bin'

/** A plugin on two paths of one origin. */
async function publishTwice(stage: Stage) {
  const built = await stage.publish()
  stage.origin.put(MIRROR, built.bytes)
  const { manifest } = built
  const twice = { ...manifest, bundle: { ...manifest.bundle, urls: [built.path, MIRROR] } }
  return { ...built, manifest: twice, options: { baseUrl: stage.origin.url } }
}

describe('mirrors', () => {
  it('the only source sends wrong bytes for one chunk -> integrity, and it is not asked for it without end', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish()
    let asked = 0
    const damaged = corrupt(70_000)
    // whoever asks that often is told something else, so that this ends
    const apply: Fault['apply'] = (exchange) => (++asked < 10 ? damaged : status(410)).apply(exchange)
    stage.origin.script(path, always({ ...damaged, apply }))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({ code: 'integrity', chunkIndex: 1 })
    expect(asked).toBe(2)
  })

  it('one sends damaged chunks -> it is left, and only they are fetched again', async () => {
    const stage = createStage()
    const { manifest, options, path, bytes } = await publishTwice(stage)
    stage.origin.script(path, always(corrupt(70_000)))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(manifest, options)
    await task.finished
    expect(stage.origin.bytesSent(path)).toBe(bytes.length)
    expect(stage.origin.bytesSent(MIRROR)).toBe(65_536)
    expect(task.progress.attempt).toBe(1)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('one sent a damaged chunk, the other breaks -> the good chunks of the first still count', async () => {
    const stage = createStage()
    const { manifest, options, path, bytes } = await publishTwice(stage)
    stage.origin.script(path, corrupt(70_000))
    stage.origin.script(MIRROR, always(refuse()))
    const dock = await stage.open({ retry: { jitter: 'none' } })
    const task = await dock.downloads.startDownload(manifest, options)
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(bytes.length + 65_536)
  })

  it('a chunk begun by one is ended by another, and is wrong -> neither is blamed, and it is fetched whole', async () => {
    const stage = createStage()
    const { manifest, options, path, bytes } = await publishTwice(stage)
    const poisoned = bytes.slice()
    poisoned.fill(0, 70_000, 70_010)
    stage.origin.put(path, poisoned)
    stage.origin.script(path, dropAfter(100_000))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(manifest, options)
    await task.finished
    expect(stage.origin.requests.filter((request) => request.path === path)).toHaveLength(1)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('its end breaks before a byte of it comes -> the one that only goes on with it is not blamed either', async () => {
    const stage = createStage()
    const { manifest, options, path, bytes } = await publishTwice(stage)
    const poisoned = bytes.slice()
    poisoned.fill(0, 10, 20)
    poisoned.fill(0, 70_000, 70_010)
    stage.origin.put(path, poisoned)
    stage.origin.script(path, dropAfter(100_000))
    stage.origin.script(MIRROR, pass(), dropAfter(0))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(manifest, options)
    await task.finished
    expect(stage.origin.requests.filter((request) => request.path === path)).toHaveLength(1)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('every source sends other bytes -> integrity, that names the place', async () => {
    const stage = createStage()
    const { manifest, options, path } = await publishTwice(stage)
    stage.origin.script(path, always(corrupt(70_000)))
    stage.origin.script(MIRROR, always(corrupt(70_000)))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(manifest, options)
    await expect(task.finished).rejects.toMatchObject({ code: 'integrity', chunkIndex: 1 })
  })

  it('the first is gone -> the other, at once', async () => {
    const stage = createStage()
    const { manifest, options, path } = await publishTwice(stage)
    stage.origin.script(path, always(status(404)))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(manifest, options)
    await task.finished
    expect(task.progress.attempt).toBe(1)
  })

  it('a web page in place of the file -> waits and says so; what was verified stays', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, dropAfter(200_000), html(), html('x'.repeat(bytes.length)))
    const dock = await stage.open({ retry: { jitter: 'none' } })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'retrying')
    await stage.clock.advanceToNext()
    await stage.until(task, 'awaitingNetwork')
    expect(task.progress.waitingFor?.message).toMatch(/web page/)
    await stage.until(task, 'installed')
    expect(stage.origin.bytesSent(path)).toBeLessThan(2 * bytes.length + 65_536)
  })
})

describe('a source that once answered with something else than the part it was asked for', () => {
  const odd = lieAboutRange({ start: 1 })

  it('twice, and with the right part in between -> is not asked for the whole', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: 4 * 1024 * 1024 })
    stage.origin.script(path, odd, dropAfter(1_500_000), odd)
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(url)
    await task.finished
    expect(task.progress).toMatchObject({ attempt: 1, bytesTransferred: bytes.length })
  })

  it('twice in a row, then paused -> is asked for the part that is missing', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, odd, odd, stall(200_000))
    const dock = await stage.open()
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.pauseDownload(task.id)
    await dock.downloads.resumeDownload(task.id)
    await task.finished
    expect(task.progress.bytesTransferred).toBe(bytes.length)
  })
})

it('both break now and then, and bring something each time -> what is past is forgiven', async () => {
  const stage = createStage()
  const asked: string[] = []
  const built = await stage.publish({ size: 600_000 })
  stage.origin.put(MIRROR, built.bytes)
  const { bundle } = built.manifest
  const manifest = { ...built.manifest, bundle: { ...bundle, urls: [built.path, MIRROR] } }
  stage.origin.script(built.path, dropAfter(70_000), dropAfter(70_000))
  stage.origin.script(MIRROR, dropAfter(70_000))
  const dock = await stage.open()
  const task = await dock.downloads.startDownload(manifest, { baseUrl: built.url })
  await stage.until(task, 'installed')
  for (const { path } of stage.origin.requests) if (path.endsWith('.bin')) asked.push(path)
  // of equals the one named first
  expect(asked).toEqual([built.path, MIRROR, built.path, built.path])
})

describe('the only source sends wrong bytes', () => {
  const WRONG = seededBytes(300_000, 'of another file')

  it('of one chunk, again and again -> asked for that chunk twice, and no more', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish()
    const damaged = bytes.slice()
    damaged.set([bytes[70_000] === 0 ? 1 : 0], 70_000)
    stage.origin.put(path, damaged)
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    expect(task.progress.failure).toMatchObject({ code: 'integrity' })
    const asked = stage.origin.requests.filter((request) => request.path === path)
    expect(asked.map(({ headers }) => headers.range)).toEqual(['bytes=0-', 'bytes=65536-131071'])
  })

  it('of a bundle without chunks, and is cut in its second delivery -> goes on with that, and asks for no third', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish({ chunkLengths: 'none' })
    stage.origin.put(path, WRONG)
    stage.origin.script(path, pass(), dropAfter(150_000))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    expect(task.progress.failure).toMatchObject({ code: 'integrity' })
    expect(stage.origin.bytesSent(path)).toBe(2 * WRONG.length)
  })
})

describe('a source that sends next to nothing', () => {
  it.each([65_536, 'none'] as const)(
    'all bytes, but no end, chunks %s -> it is not waited for',
    async (chunkLengths) => {
      const stage = createStage()
      const { url, path, bytes } = await stage.publish({ chunkLengths })
      stage.origin.script(path, stall(bytes.length))
      const dock = await stage.open()
      const task = await dock.downloads.startDownload(url)
      await stage.clock.advance(1000)
      expect(task.progress).toMatchObject({ state: 'installed', attempt: 1 })
    },
  )

  it('nothing at all -> stalled, after the limit and a grace', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(stall(100)))
    const dock = await stage.open({ retry: { maxAttempts: 1 } })
    const task = await dock.downloads.startDownload(url)
    const before = stage.clock.monotonic()
    await stage.until(task, 'failed')
    expect(task.progress.failure).toMatchObject({ code: 'stalled' })
    expect(stage.clock.monotonic() - before).toBe(21_000)
  })

  it('a byte now and then -> stalled all the same', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(trickle(1, 5000)))
    const dock = await stage.open({ retry: { maxAttempts: 2, jitter: 'none' } })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    expect(task.progress.failure).toMatchObject({ code: 'stalled', attempt: 2 })
  })

  it('slow, but honest -> is waited for', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(trickle(20_000, 1000)))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(task.progress.attempt).toBe(1)
  })
})
