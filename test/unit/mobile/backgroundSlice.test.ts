import { beforeEach, describe, expect, it } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { runSlice } from '../../../src/hosts/expo/backgroundSlice.js'
import { stall, status } from '../../../src/testing/index.js'
import { createStage, type Stage } from '../dock/stage.js'

const CHUNK = 64 * 1024
const MINUTE_MS = 60_000

let stage: Stage
let end: AbortController

beforeEach(() => {
  stage = createStage()
  end = new AbortController()
})

const open = () => stage.open({ connectionsPerDownload: 1, timeouts: { stallMs: 60 * MINUTE_MS } })
const publish = () => stage.publish({ size: 20 * CHUNK })

/** A slice, and whether it is over. */
function begin(dock: PluginDock, limitMs = 8 * MINUTE_MS): { isOver: boolean } {
  const slice = { isOver: false }
  void runSlice(dock, { clock: stage.clock, limitMs, signal: end.signal }).then(() => {
    slice.isOver = true
  })
  return slice
}

describe('a slice of time in the background', () => {
  it('nothing is unfinished -> over at once', async () => {
    const slice = begin(await open())
    await stage.clock.settle()
    expect(slice.isOver).toBe(true)
  })

  it('a download runs -> over when it is installed', async () => {
    const { url, path } = await publish()
    stage.origin.script(path, stall(CHUNK))
    const dock = await open()
    const task = await dock.downloads.startDownload(url)
    const slice = begin(dock)
    await stage.clock.advance(MINUTE_MS)
    expect(slice.isOver).toBe(false)
    stage.origin.release(path)
    await stage.clock.advance(MINUTE_MS)
    await task.finished
    expect(slice.isOver).toBe(true)
  })

  it('its time has passed -> over, though a download runs', async () => {
    const { url, path } = await publish()
    stage.origin.script(path, stall(CHUNK))
    const dock = await open()
    await dock.downloads.startDownload(url)
    const slice = begin(dock)
    await stage.clock.advance(8 * MINUTE_MS - 1)
    expect(slice.isOver).toBe(false)
    await stage.clock.advance(1)
    expect(slice.isOver).toBe(true)
  })

  it('the system wants its time back -> over at once', async () => {
    const { url, path } = await publish()
    stage.origin.script(path, stall(CHUNK))
    const dock = await open()
    await dock.downloads.startDownload(url)
    const slice = begin(dock)
    await stage.clock.advance(MINUTE_MS)
    expect(slice.isOver).toBe(false)
    end.abort()
    await stage.clock.settle()
    expect(slice.isOver).toBe(true)
    const late = begin(dock)
    await stage.clock.settle()
    expect(late.isOver).toBe(true)
  })

  it('the phone stops timers -> over with the first progress after its time', async () => {
    const { url, path } = await publish()
    stage.origin.script(path, stall(CHUNK))
    const dock = await open()
    await dock.downloads.startDownload(url)
    const stopped = { monotonic: () => stage.clock.monotonic(), setTimeout: () => undefined, clearTimeout: () => {} }
    let isOver = false
    void runSlice(dock, { clock: stopped, limitMs: MINUTE_MS, signal: end.signal }).then(() => {
      isOver = true
    })
    await stage.clock.advance(MINUTE_MS - 1)
    expect(isOver).toBe(false)
    stage.origin.limitBytesPerSecond = CHUNK
    stage.origin.release(path)
    await stage.clock.advance(2000)
    expect(isOver).toBe(true)
  })

  it('a download waits for a person -> nothing is waited for', async () => {
    const { url, path } = await publish()
    stage.origin.script(path, stall(CHUNK))
    const dock = await open()
    const { id } = await dock.downloads.startDownload(url)
    await stage.clock.settle()
    await dock.downloads.pauseDownload(id)
    const slice = begin(dock)
    await stage.clock.settle()
    expect(slice.isOver).toBe(true)
  })

  it('a download tries again -> waited for, until it is through', async () => {
    const { url, path } = await publish()
    stage.origin.script(path, status(503), status(503))
    const dock = await open()
    await dock.downloads.startDownload(url)
    const slice = begin(dock)
    await stage.clock.advance(5 * MINUTE_MS)
    expect(slice.isOver).toBe(true)
    expect(await dock.storage.getInstalledPlugins()).toHaveLength(1)
  })

  it('there is no network -> over at once', async () => {
    const { url } = await publish()
    stage.host.conditions.change({ online: false })
    const dock = await open()
    await dock.downloads.startDownload(url)
    await stage.clock.settle()
    const slice = begin(dock)
    await stage.clock.settle()
    expect(slice.isOver).toBe(true)
  })
})
