import { describe, expect, it } from 'vitest'
import { openBundlesIn } from '../../../src/domain/openBundles.js'
import { buildPlugin } from '../../../src/testing/index.js'

const plan = { pluginId: 'acme.charts', version: '1.0.0', totalBytes: 300_000, partialKey: 'key' }

function download(state: string, more: object = { plan }) {
  return { key: 'download/1', value: { v: 1, taskId: '1', state, ...more } }
}

async function manifest(build: Parameters<typeof buildPlugin>[0] = {}) {
  return { key: 'manifest/1', value: { v: 1, manifest: (await buildPlugin(build)).manifest } }
}

describe('bundles that records say are being filled', () => {
  it.each(['downloading', 'queued', 'paused', 'failed', 'retrying'])('%s -> it is one', async (state) => {
    const [found, ...others] = openBundlesIn([download(state), await manifest()])
    expect(found?.partialKey).toBe('key')
    expect(found?.map.size).toBe(300_000)
    expect(others).toEqual([])
  })

  it.each(['installed', 'cancelled', 'rolledBack'])('%s -> it is none', async (state) => {
    expect(openBundlesIn([download(state), await manifest()])).toEqual([])
  })

  it('no chunks, no plan, no manifest, or one of a newer release -> none', async () => {
    expect(openBundlesIn([download('downloading'), await manifest({ chunkLengths: 'none' })])).toEqual([])
    expect(openBundlesIn([download('resolving', {}), await manifest()])).toEqual([])
    expect(openBundlesIn([download('downloading')])).toEqual([])
    expect(openBundlesIn([download('downloading'), { key: 'manifest/1', value: { v: 2 } }])).toEqual([])
  })

  it.each([undefined, null, 'text', { bundle: 7 }, { bundle: { size: 5, chunks: {} } }])(
    'a manifest that is %j -> none',
    (broken) => {
      expect(
        openBundlesIn([download('downloading'), { key: 'manifest/1', value: { v: 1, manifest: broken } }]),
      ).toEqual([])
    },
  )
})
