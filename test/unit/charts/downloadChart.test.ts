import { describe, expect, it } from 'vitest'
import { initialTransition, transition } from 'xstate'
import { downloadMachine } from '../../../machines/download.machine.js'
import type { DownloadEvent } from '../../../machines/download.types.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry.js'

const RECORD = {
  v: 1,
  taskId: 'task',
  seq: 1,
  source: 'https://origin.test/manifest.json',
  priority: 0,
  initiator: 'user',
  state: 'resolving',
  attempt: 1,
  bytesDownloaded: 0,
  bytesReused: 0,
  bytesTransferred: 0,
} as const
const PLAN = {
  pluginId: 'plugin',
  version: '1.0.0',
  totalBytes: 1000,
  partialKey: 'plugin',
  integrity: '',
  origin: 'https://origin.test',
}
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
