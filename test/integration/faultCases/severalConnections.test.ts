import { describe, expect, it, onTestFinished } from 'vitest'
import {
  always,
  corrupt,
  createScriptedOrigin,
  hang,
  html,
  multipart,
  pass,
  resetAfter,
  status,
  swap,
  wrongRange,
} from '../../../src/testing/index.js'
import { expectInvariants } from './invariants.js'
import { whenResumed } from './serverFaults.js'
import { AT_ONCE, openStage } from './stage.js'
import { askedOf, begin, expectInstalled } from './story.js'

const MIB = 1024 * 1024
const CONNECTIONS = 4
const dock = { ...AT_ONCE, connectionsPerDownload: CONNECTIONS }
/** Large enough for several connections. */
const build = { size: 16 * MIB, chunkLengths: 128 * 1024 }
const LARGE = { variant: 'with chunks', dock, build } as const

describe('several connections for one bundle', () => {
  it('H2 206 of other bytes to all but the first -> what the first brings is enough', async () => {
    const faults = [always(whenResumed(wrongRange(0)))]
    await expectInstalled({ ...LARGE, faults }, { failures: CONNECTIONS, restarts: 1 })
  })

  it('H9 multipart/byteranges to all but the first -> no text of theirs in the file', async () => {
    const faults = [always(whenResumed(multipart()))]
    await expectInstalled({ ...LARGE, faults }, { failures: CONNECTIONS, restarts: 1 })
  })

  it('H20 a connection brings bytes of another file under the same ETag -> only its part comes again', async () => {
    const etag = '"same"'
    const others = { '/other': { bytes: new Uint8Array(build.size).fill(7), etag } }
    const faults = [pass(), swap('/other')]
    await expectInstalled({ ...LARGE, build: { ...build, etag }, others, faults }, { failures: 32 })
  })

  it('H32 every connection is reset after 1 MiB -> finishes, no byte twice', async () => {
    const asked = await expectInstalled({ ...LARGE, faults: [always(resetAfter(MIB))] }, { exact: true })
    expect(asked.length).toBeGreaterThanOrEqual(16)
  })

  it('H40 the link expires for all of them -> one fresh link for all', async () => {
    const links: string[] = []
    const resolveUrl = async ({ url }: { url: URL }) => {
      links.push(url.href)
      return new URL('/fresh.bin', url)
    }
    const stage = await openStage({ dock: { ...dock, resolveUrl } })
    const plugin = await stage.publish('with chunks', build)
    stage.origin.put('/fresh.bin', plugin.bytes)
    stage.origin.script(plugin.path, pass(), always(status(403)))
    const run = await stage.start(plugin)
    await run.task.finished
    expect(links).toEqual([stage.url + plugin.path])
    plugin.manifest.bundle.urls.push('/fresh.bin')
    await expectInvariants(stage, run, { ended: 'installed', exact: true })
  })

  it('H44 a page for all but the first -> none of it in the file', async () => {
    const page = '<!doctype html><title>Sign in</title>'
    const faults = [pass(), html(page), html(page), html(page)]
    await expectInstalled({ ...LARGE, faults }, { failures: CONNECTIONS, otherBytes: 3 * page.length })
  })

  it('H53 one of two mirrors is poisoned -> blamed by whatever connection found it, the other brings all', async () => {
    const stage = await openStage({ dock })
    const mirrors = [createScriptedOrigin(), createScriptedOrigin()]
    const urls: string[] = []
    for (const mirror of mirrors) {
      const { url, close } = await mirror.listen()
      onTestFinished(close)
      urls.push(`${url}/bundle.bin`)
    }
    const plugin = await stage.publish('with chunks', { ...build, urls })
    for (const mirror of mirrors) mirror.put('/bundle.bin', plugin.bytes)
    mirrors[0]?.put('/bundle.bin', new Uint8Array(build.size).fill(7))
    const run = await stage.start(plugin)
    await run.task.finished
    expect(stage.audit.bytesRead(urls[0])).toBeLessThanOrEqual(CONNECTIONS * 2 * MIB)
    await expectInvariants(stage, run, { ended: 'installed', failures: CONNECTIONS * 16 })
  })

  it('H53 a byte here and there comes damaged -> only those chunks come again', async () => {
    const faults = [corrupt(1 * MIB), corrupt(5 * MIB), corrupt(9 * MIB), corrupt(13 * MIB)]
    await expectInstalled({ ...LARGE, faults }, { failures: 4 })
  })

  it('H33 one of them is never answered -> cancelled, and every connection ends', async () => {
    const { stage, run } = await begin({ ...LARGE, faults: [pass(), always(hang())] })
    await stage.origin.next('stall', run.plugin.path)
    await stage.dock.downloads.cancelDownload(run.task.id)
    expect(askedOf(stage, run).length).toBeLessThanOrEqual(CONNECTIONS + 1)
    await expectInvariants(stage, run, { ended: 'failed' })
  })
})
