import { describe, expect, it } from 'vitest'
import { createActor } from 'xstate'
import { downloadMachine } from '../../../machines/download.machine.js'
import { sharingFirstSnapshots } from '../../../machines/firstSnapshots.js'
import type { DownloadRecord } from '../../../src/domain/records.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry.js'
import { PLAN, RECORD } from './newDownload.js'

const NEW: DownloadRecord = { ...RECORD, taskId: 'first' }
const FAILURE = { code: 'network', message: 'It broke', retryable: true, attempt: 1 } as const

const KINDS: readonly (readonly [string, Partial<DownloadRecord>])[] = [
  ['new', {}],
  ['new, its manifest at hand', { plan: PLAN }],
  ['its manifest to be read again', { plan: { ...PLAN, isOutdated: true } }],
  ['failed', { plan: PLAN, failure: FAILURE }],
  ['waits as its server asked', { plan: PLAN, askedWait: { delayMs: 1, until: 1, failure: FAILURE } }],
  ['waits for the network', { plan: PLAN, hold: { code: 'offline' } }],
  ['waits for an OK', { plan: PLAN, hold: { code: 'consent' } }],
]

const snapshotOf = (logic: typeof downloadMachine, record: DownloadRecord) =>
  createActor(logic, { input: { record, retry: DEFAULT_RETRY_POLICY } }).getSnapshot()

describe('many downloads that begin alike', () => {
  it.each(KINDS)('%s -> the second begins as the chart says, whoever began before', (_, about) => {
    const shared = sharingFirstSnapshots(downloadMachine)
    for (const [, other] of KINDS) snapshotOf(shared, { ...NEW, ...other })
    const record = { ...NEW, ...about, taskId: 'second' }
    const [second, own] = [snapshotOf(shared, record), snapshotOf(downloadMachine, record)]
    expect(second.toJSON()).toEqual(own.toJSON())
    expect(second.context.record).toBe(record)
  })

  it('one of two goes on -> the other is where it was', () => {
    const shared = sharingFirstSnapshots(downloadMachine)
    const [one, other] = ['one', 'other'].map((taskId) =>
      createActor(shared, { input: { record: { ...NEW, taskId, plan: PLAN }, retry: DEFAULT_RETRY_POLICY } }).start(),
    )
    one?.send({ type: 'download.pause' })
    expect(one?.getSnapshot().hasTag('paused')).toBe(true)
    expect(other?.getSnapshot().hasTag('queued')).toBe(true)
    expect(other?.getSnapshot().context.record.taskId).toBe('other')
  })
})
