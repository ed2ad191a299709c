import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { buildPlugin, createScriptedOrigin, dropAfter, publishOn } from '../../../src/testing/index.js'
import { createApplianceHost, type Network } from '../../../stories/guides/examples/host/applianceHost.js'
import { createFetcher } from '../../../stories/guides/examples/host/fetcher.js'
import { openFileBundles } from '../../../stories/guides/examples/host/fileBundles.js'
import { openFileRecords, replaceFile } from '../../../stories/guides/examples/host/fileRecords.js'
import { createLeases } from '../../../stories/guides/examples/host/leases.js'
import { openAppliance } from '../../../stories/guides/examples/host/openAppliance.js'
import { describeBundleStoreContract } from '../../contracts/bundleStoreContract.js'
import { describeDigesterContract } from '../../contracts/digesterContract.js'
import { describeFetcherContract, FETCHED_BYTES, requestFor } from '../../contracts/fetcherContract.js'
import { describeLeasesContract } from '../../contracts/leasesContract.js'
import { describeRecordStoreContract } from '../../contracts/recordStoreContract.js'

const makeDirectory = () => mkdtemp(join(tmpdir(), 'plugdock-test-'))
const remove = (directory: string) => rm(directory, { recursive: true, force: true })
const steady: Network = { current: () => ({ online: true, metered: undefined }), onChange: () => () => {} }

describeBundleStoreContract('the bundle store of the guide', async () => {
  const directory = await makeDirectory()
  return {
    store: await openFileBundles(directory),
    reopen: () => openFileBundles(directory),
    addForeign: (name) => writeFile(join(directory, name), 'x'),
    dispose: () => remove(directory),
  }
})

describeRecordStoreContract('the records of the guide', async () => {
  const directory = await makeDirectory()
  const path = join(directory, 'records.json')
  let gate = async () => {}
  const open = () =>
    openFileRecords({
      directory,
      write: async (file, text) => {
        await gate()
        await replaceFile(file, text)
      },
    })
  return {
    store: await open(),
    reopen: open,
    async tear(key) {
      const { epoch, records } = JSON.parse(await readFile(path, 'utf8'))
      await writeFile(path, JSON.stringify({ epoch, records: { ...records, [key]: '{"v":1' } }))
    },
    stopAt: (next) => {
      gate = next
    },
    dispose: () => remove(directory),
  }
})

describeLeasesContract('the leases of the guide', createLeases)
describeDigesterContract('the digester of the guide', () => createApplianceHost('unused', steady).digester)

describeFetcherContract('the fetcher of the guide', async () => {
  const origin = createScriptedOrigin()
  const { url, close } = await origin.listen()
  origin.put('/file.bin', FETCHED_BYTES)
  return { fetcher: createFetcher(fetch), url: `${url}/file.bin`, missingUrl: `${url}/missing`, dispose: close }
})

describe('the fetcher of the guide', () => {
  it('nobody there -> a network error; no answer in time -> stalled', async () => {
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
    await expect(createFetcher(fetch).open(requestFor('http://127.0.0.1:1/'))).rejects.toMatchObject({
      code: 'network',
    })
    await expect(
      createFetcher(never).open(requestFor('http://127.0.0.1:1/', { timeouts: { headersMs: 1 } })),
    ).rejects.toMatchObject({ code: 'stalled', waitedFor: 'headers' })
  })
})

describe('the host of the guide', () => {
  const cleanups: (() => unknown)[] = []
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean()
  })

  it('cut on the way, closed and opened again -> goes on with the bytes that are there, and the plugin is read', async () => {
    const origin = createScriptedOrigin()
    const plugin = await buildPlugin({ id: 'acme.menu', size: 900_000 })
    const path = publishOn(origin, plugin).slice(origin.url.length)
    const bundlePath = `/acme.menu/${plugin.manifest.bundle.urls[0]}`
    const server = await origin.listen()
    const directory = await makeDirectory()
    cleanups.push(
      () => remove(directory),
      () => server.close(),
    )
    origin.script(bundlePath, dropAfter(500_000))
    const first = await openAppliance(directory, steady)
    const task = await first.downloads.startDownload(server.url + path)
    await firstValueFrom(first.downloads.watchProgress(task.id).pipe(filter(({ state }) => state === 'retrying')))
    await first.close()
    const again = await openAppliance(directory, steady)
    cleanups.push(() => again.close())
    await again.downloads.getTask(task.id)?.finished
    const ranges = origin.requests.filter((request) => request.path === bundlePath)
    expect(ranges.at(-1)?.headers.range).toMatch(/^bytes=[1-9]/)
    const loaded = await again.plugins.load('acme.menu')
    expect((await loaded.read()).length).toBeGreaterThan(0)
    await loaded.close()
  })

  it('the platform says that there is no network -> a download waits, and goes on when it is back', async () => {
    const origin = createScriptedOrigin()
    const path = publishOn(origin, await buildPlugin({ id: 'acme.menu' })).slice(origin.url.length)
    const server = await origin.listen()
    const directory = await makeDirectory()
    const listeners = new Set<() => void>()
    let online = false
    const network: Network = {
      current: () => ({ online, metered: false }),
      onChange(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }
    const dock = await openAppliance(directory, network)
    cleanups.push(
      () => remove(directory),
      () => server.close(),
      () => dock.close(),
    )
    const task = await dock.downloads.startDownload(server.url + path)
    await firstValueFrom(dock.downloads.watchProgress(task.id).pipe(filter(({ state }) => state === 'awaitingNetwork')))
    online = true
    for (const listener of listeners) listener()
    expect((await task.finished).pluginId).toBe('acme.menu')
  })
})
