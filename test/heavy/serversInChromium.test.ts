import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createToxicsProxy } from '../../src/testing/index.js'
import { launchChromium } from './launchChromium.js'
import { CORRUPTIONS } from './servers/corruptions.js'
import { findServers } from './servers/findServers.js'
import { InstallingPage } from './servers/installingPage.js'
import { BUNDLE, CHUNK_BYTES, MADE_AT, Site } from './servers/site.js'

const MINUTES = 60_000
const MIB = 1024 * 1024
const SIZE = 24 * MIB + 12_345
const HELD_AT = 5 * MIB
/** Written by the time that the gate is shut. */
const WRITTEN = 2 * MIB
const ROTTEN_AT = 100_000
const EXCESS = 0.03

let browser: Browser
let site: Site

beforeAll(async () => {
  const { nginx } = await findServers()
  site = await Site.open({ name: 'nginx', path: nginx, compression: 'on', sizeBytes: SIZE })
  await InstallingPage.build(join(site.server.root, 'app'))
  browser = await launchChromium()
}, 5 * MINUTES)
afterAll(async () => {
  await browser?.close()
  await site?.close()
})
beforeEach(async () => {
  site.gate.release()
  await site.put(site.bytes, MADE_AT)
})

async function openPage(url = site.gate.url): Promise<InstallingPage> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  return InstallingPage.open(await context.newPage(), `${url}/app/`)
}

function rightDigest(): string {
  return createHash('sha256').update(site.bytes).digest('hex')
}

describe.each(['chunks', 'no chunks'] as const)('nginx and a page: %s', (knowledge) => {
  async function installHalfWay(): Promise<InstallingPage> {
    const page = await openPage()
    const held = site.gate.holdAfter(HELD_AT)
    await page.start(await site.manifest(knowledge))
    await held
    await page.untilDownloaded(WRITTEN)
    return page
  }

  test('interrupted -> right bytes, at most a chunk read again for each connection', async () => {
    const page = await installHalfWay()
    const { connections } = site.gate
    site.gate.cut()
    site.gate.release()
    expect(await page.outcome()).toEqual({ digests: [rightDigest(), rightDigest()] })
    expect(await page.bytesTransferred()).toBeLessThanOrEqual(SIZE + connections * CHUNK_BYTES)
  })

  test.each(CORRUPTIONS)('$name -> typed error, nothing installed', async ({ strike }) => {
    const page = await installHalfWay()
    await strike(site)
    // of an answer that is shorter and compressed, a page cannot tell whether it was cut
    expect(await page.outcome()).toEqual({ code: expect.stringMatching(/^(integrity|network)$/) })
  })

  test('bit rot in what an earlier dock left -> found, fetched again, right bytes', async () => {
    const page = await installHalfWay()
    await page.close()
    expect(await page.rot(ROTTEN_AT)).toBe(site.bytes[ROTTEN_AT])
    site.gate.release()
    await page.reopen()
    expect(await page.outcome()).toEqual({ digests: [rightDigest(), rightDigest()] })
  })
})

test('each connection is reset after 1 MiB -> installed, less than 3 % read beyond the size', async () => {
  const proxy = await createToxicsProxy({ upstream: site.server.url })
  onTestFinished(() => proxy.close())
  const page = await openPage(proxy.url)
  // with a reset a browser drops what the page has not read yet: without this line's pace that may be all of a connection
  await proxy.add({ type: 'bandwidth', bytesPerSecond: 4 * MIB })
  await proxy.add({ type: 'reset_peer', afterBytes: MIB })
  await page.start(await site.manifest('chunks', `${proxy.url}/${BUNDLE}`))
  expect(await page.outcome()).toEqual({ digests: [rightDigest(), rightDigest()] })
  expect(await page.bytesTransferred()).toBeLessThan(SIZE * (1 + EXCESS))
})
