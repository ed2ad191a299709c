import { describe, expect, it } from 'vitest'
import { initialTransition, transition } from 'xstate'
import { downloadMachine } from '../../../machines/download.machine.js'
import type { DownloadEvent } from '../../../machines/download.types.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry.js'
import { PLAN, RECORD } from './newDownload.js'

const GRANTED: DownloadEvent = { type: 'admission.granted' }
const RESOLVED: DownloadEvent = { type: 'manifest.resolved', plan: PLAN, installed: false }

/** Where a download stands after these events. */
function stateAfter(events: readonly DownloadEvent[]) {
  let [snapshot] = initialTransition(downloadMachine, { record: RECORD, retry: DEFAULT_RETRY_POLICY })
  for (const event of events) [snapshot] = transition(downloadMachine, snapshot, event)
  return snapshot
}

describe('the network is gone, or may not be used', () => {
  it.each([
    ['resolving', []],
    ['resolving', [GRANTED]],
    ['queued', [GRANTED, RESOLVED]],
    ['downloading', [GRANTED, RESOLVED, GRANTED]],
  ] as const)('in %s, after %j -> waits for it, and holds no turn', (tag, events) => {
    expect(stateAfter(events).hasTag(tag)).toBe(true)
    const held = stateAfter([...events, { type: 'admission.withheld', hold: { code: 'offline' } }])
    expect(held.hasTag('awaitingNetwork')).toBe(true)
    expect(held.hasTag('holds.resolve') || held.hasTag('holds.transfer')).toBe(false)
    expect(held.context.record).toMatchObject({ attempt: 1, hold: { code: 'offline' } })
  })
})

describe('every byte is there', () => {
  const COMPLETED: readonly DownloadEvent[] = [GRANTED, RESOLVED, GRANTED, { type: 'transfer.completed' }]

  it.each([
    ['verifying', COMPLETED],
    ['installing', [...COMPLETED, { type: 'bundle.verified' }]],
  ] as const)('%s -> gave its turn back: the next one may use the network', (tag, events) => {
    const storing = stateAfter(events)
    expect(storing.hasTag(tag)).toBe(true)
    expect(storing.hasTag('holds.store')).toBe(true)
    expect(storing.hasTag('holds.transfer')).toBe(false)
  })
})
