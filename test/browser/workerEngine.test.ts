import { describe, expect, it } from 'vitest'
import { startWorkerEngine } from '../../src/hosts/browser/workerEngine.js'
import type { TransferJob, TransferWatch } from '../../src/ports/transferEngine.js'
import { createWorker, freshName, startEngine } from './engineWorker.js'

const SETTINGS = { name: 'any', allowedOrigins: undefined, asksHeaders: false }

const JOB: TransferJob = {
  taskId: 'task',
  partialKey: 'key',
  urls: ['https://nowhere.invalid/file'],
  size: 10,
  integrity: `sha256-${'A'.repeat(43)}=`,
  chunks: { algorithm: 'sha256', lengths: 10, digests: `${'A'.repeat(43)}=` },
  donors: [],
  validator: undefined,
  connections: { perDownload: 1, perOrigin: 6 },
  timeouts: { connectMs: 1000, headersMs: 1000, stallMs: 1000 },
}

function watching(signal: AbortSignal): TransferWatch {
  const meter = { bytesDownloaded: 0, bytesReused: 0, bytesTransferred: 0, lastByteAt: 0 }
  return { meter, keepValidator: async () => {}, refreshUrl: async () => undefined, signal }
}

/** A clock whose every timer is over at once. */
const impatient = { setTimeout: (callback: () => void) => queueMicrotask(callback), clearTimeout: () => {} }

describe('the worker', () => {
  it('says nothing -> unsupported in time, with the reason and what to do', async () => {
    const silent = () => new Worker(URL.createObjectURL(new Blob([''])))
    await expect(startWorkerEngine({ ...SETTINGS, createWorker: silent, timers: impatient })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/did not answer for 10 seconds.*options\.worker/),
    })
  })

  it('is stopped while it is asked -> what waits for it rejects, and a transfer ends as failed', async () => {
    const engine = await startEngine(freshName())
    const listing = engine.bundles.list()
    const transferring = engine.engine.transfer(JOB, watching(new AbortController().signal))
    engine.stop()
    await expect(listing).rejects.toMatchObject({ code: 'closed' })
    expect(await transferring).toMatchObject({ ok: false, error: { code: 'closed' } })
    await expect(engine.bundles.list()).rejects.toMatchObject({ code: 'closed' })
  })

  it('is handed a transfer that was stopped before it began -> cancelled, and no partial is made', async () => {
    const engine = await startEngine(freshName())
    await engine.lead(1)
    expect(await engine.engine.transfer(JOB, watching(AbortSignal.abort()))).toMatchObject({
      ok: false,
      error: { code: 'cancelled' },
      gainedBytes: 0,
    })
    expect(await engine.bundles.list()).toEqual([])
    await engine.close()
  })

  it('breaks down -> what waits for it rejects with a storage error', async () => {
    let worker: Worker | undefined
    const engine = await startEngine(freshName(), {
      createWorker: () => {
        worker = createWorker()
        return worker
      },
    })
    worker?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }))
    await expect(engine.bundles.list()).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('out of memory'),
    })
    engine.stop()
  })

  it('an error in it -> the same class, with its fields', async () => {
    const engine = await startEngine(freshName())
    await expect(engine.bundles.openBundle('../x')).rejects.toMatchObject({ name: 'StorageError', code: 'storage' })
    await expect(engine.bundles.openPartial('key')).rejects.toMatchObject({ name: 'FencedError', epoch: 0 })
    await engine.close()
  })
})
