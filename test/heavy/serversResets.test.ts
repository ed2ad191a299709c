import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createToxicsProxy, type Toxic } from '../../src/testing/index.js'
import { Installing } from './servers/installing.js'
import { nginxForEachTest } from './servers/nginxSites.js'
import { BUNDLE, type Site } from './servers/site.js'

const MIB = 1024 * 1024
const SIZE = 64 * MIB
const EXCESS = 0.03

const currentSite = nginxForEachTest(SIZE)
let site: Site

beforeEach(() => {
  site = currentSite()
})

/** 64 MiB through a proxy that lets 1 MiB through on each connection. */
async function installThrough(toxic: Toxic) {
  const proxy = await createToxicsProxy({ upstream: site.server.url })
  await proxy.add(toxic)
  const installing = await Installing.start(site, 'chunks', { url: `${proxy.url}/${BUNDLE}` })
  onTestFinished(async () => {
    await installing.close()
    await proxy.close()
  })
  const outcome = await installing.outcome()
  return { outcome, passedBytes: proxy.bytes.downstream, readBytes: installing.bytesTransferred }
}

test('each connection is reset after 1 MiB -> installed, less than 3 % read beyond the size', async () => {
  const { outcome, readBytes } = await installThrough({ type: 'reset_peer', afterBytes: MIB })
  expect(outcome).toBe('installed the right bytes')
  // the resets destroyed what went through and was not read
  expect(readBytes).toBeLessThan(SIZE * (1 + EXCESS))
})

test('each connection ends after 1 MiB -> installed, less than 3 % through the proxy beyond the size', async () => {
  const { outcome, passedBytes } = await installThrough({ type: 'limit_data', bytes: MIB })
  expect(outcome).toBe('installed the right bytes')
  expect(passedBytes).toBeLessThan(SIZE * (1 + EXCESS))
})
