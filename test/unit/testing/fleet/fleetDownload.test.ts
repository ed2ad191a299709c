import { describe, expect, it } from 'vitest'
import { initialTransition, transition } from 'xstate'
import { downloadMachine } from '../../../../machines/download.machine.js'
import type { DownloadEvent } from '../../../../machines/download.types.js'
import { HttpStatusError, ManifestError, NetworkError } from '../../../../src/domain/errors/index.js'
import type { FailedAttempt } from '../../../../src/domain/failedAttempt.js'
import { toFailure } from '../../../../src/domain/failure.js'
import type { DownloadPlan } from '../../../../src/domain/records.js'
import { DEFAULT_RETRY_POLICY } from '../../../../src/domain/retry.js'
import { FleetDownload } from '../../../../src/testing/fleet/fleetDownload.js'
import { seededRandom } from '../../../../src/testing/seededRandom.js'

const URL = 'https://origin.test/plugin/manifest.json'
const PLAN: DownloadPlan = {
  pluginId: 'plugin',
  version: '2.0.0',
  totalBytes: 1000,
  partialKey: 'plugin',
  integrity: '',
  origin: 'https://origin.test',
}
const ERRORS = [
  new NetworkError('cut', { url: URL }),
  new HttpStatusError('busy', { url: URL, status: 503, retryAfterMs: 7000 }),
  new HttpStatusError('gone', { url: URL, status: 404 }),
  new ManifestError('no manifest', { issues: [], url: URL }),
]

/** Its requests of a fleet lead nowhere. */
const chart = downloadMachine.provide({ actions: { requestBackoff: () => {}, cancelBackoff: () => {} } })

type Step = (download: FleetDownload) => readonly DownloadEvent[]

/** What may happen at each place: to the download, and as events of the chart. */
function stepsAt(download: FleetDownload, random: () => number): readonly Step[] {
  const fails: Step = (it) => {
    const attempt = failedAttempt(random)
    const type = it.place === 'reading' ? 'manifest.failed' : 'transfer.failed'
    it.fail(attempt)
    return [{ type, attempt }]
  }
  switch (download.place) {
    case 'waiting':
    case 'queued':
      return [happens((it) => it.grant(), { type: 'admission.granted' })]
    case 'reading':
      return [fails, fails, resolves(false), resolves(false), resolves(true)]
    case 'downloading':
      return [fails, fails, fails, completes]
    case 'retrying':
      return [happens((it) => it.elapse(), { type: 'backoff.elapsed' })]
    case 'failed':
      return [happens((it) => it.retry(), { type: 'download.retry' })]
    case 'installed':
      return []
  }
}

function happens(act: (download: FleetDownload) => void, event: DownloadEvent): Step {
  return (download) => {
    act(download)
    return [event]
  }
}

const resolves =
  (installed: boolean): Step =>
  (download) => {
    download.resolve(PLAN, installed)
    return [{ type: 'manifest.resolved', plan: PLAN, installed }]
  }

const completes: Step = (download) => {
  download.complete()
  return [{ type: 'transfer.completed' }, { type: 'bundle.verified' }, { type: 'bundle.installed' }]
}

function failedAttempt(random: () => number): FailedAttempt {
  const error = ERRORS[Math.floor(random() * ERRORS.length)]
  const retryAfterMs = error instanceof HttpStatusError ? error.retryAfterMs : undefined
  const gainedBytes = random() < 0.2 ? 100 : 0
  return { failure: toFailure(error), gainedBytes, retryAfterMs, at: Math.floor(random() * 1e9), entropy: random() }
}

describe('a download of a fleet, and one in its chart', () => {
  it('the same happens to both, a hundred lives long -> the same place, record and back-off at each step', () => {
    const random = seededRandom(8)
    const seen = new Set<string>()
    for (let life = 0; life < 100; life++) {
      const download = new FleetDownload('plugin', life, DEFAULT_RETRY_POLICY)
      let [snapshot] = initialTransition(chart, {
        record: { ...download.context.record, state: 'resolving' },
        retry: DEFAULT_RETRY_POLICY,
      })
      for (let step = 0; step < 40 && download.place !== 'installed'; step++) {
        const steps = stepsAt(download, random)
        const events = steps[Math.floor(random() * steps.length)]?.(download) ?? []
        for (const event of events) [snapshot] = transition(chart, snapshot, event)
        expect(snapshot.hasTag(stateAt(download))).toBe(true)
        expect({ ...snapshot.context.record, state: undefined }).toEqual({
          ...download.context.record,
          state: undefined,
        })
        expect(snapshot.context.backoff).toEqual(download.context.backoff)
        expect(wants(download)).toEqual([snapshot.hasTag('wants.resolve'), snapshot.hasTag('wants.transfer')])
        seen.add(download.place)
      }
    }
    expect([...seen].sort()).toEqual(['downloading', 'failed', 'installed', 'queued', 'reading', 'retrying', 'waiting'])
  })
})

function stateAt({ place }: FleetDownload) {
  if (place === 'waiting' || place === 'reading') return 'resolving'
  return place
}

function wants(download: FleetDownload): readonly boolean[] {
  const { wants: lane } = download.rosterEntry()
  return [lane === 'resolve', lane === 'transfer']
}
