import { type ActorRefFrom, assertEvent, assign, sendParent, setup } from 'xstate'
import type { FailedAttempt } from '../src/domain/failure.js'
import { retryDelayMs } from '../src/domain/retry.js'
import { declared } from './declared.js'
import type {
  Backoff,
  DownloadActors,
  DownloadContext,
  DownloadEvent,
  DownloadInput,
  DownloadOutput,
  DownloadRequest,
  DownloadTag,
  EffectInput,
} from './download.types.js'

const FAILED_EVENTS = ['manifest.failed', 'transfer.failed', 'bundle.rejected', 'install.failed'] as const

const effectInput = ({ context }: { context: DownloadContext }): EffectInput => ({ record: context.record })

/**
 * The life of one download, from a source to an installed version. It decides; what it invokes does.
 * Whose turn it is, the fleet says (`admission.granted`); when to try again, the deadline (`backoff.elapsed`).
 */
export const downloadMachine = setup({
  types: {
    context: {} as DownloadContext,
    events: {} as DownloadEvent,
    input: {} as DownloadInput,
    output: {} as DownloadOutput,
    tags: '' as DownloadTag,
  },
  actors: {
    resolve: declared<DownloadActors['resolve']>(),
    transfer: declared<DownloadActors['transfer']>(),
    verify: declared<DownloadActors['verify']>(),
    install: declared<DownloadActors['install']>(),
    discard: declared<DownloadActors['discard']>(),
  },
  guards: {
    hasBackoff: ({ context }) => context.backoff !== undefined,
    hasFailure: ({ context }) => context.record.failure !== undefined,
    hasPlan: ({ context }) => context.record.plan !== undefined && !context.record.plan.isOutdated,
    isInstalled: ({ event }) => {
      assertEvent(event, 'manifest.resolved')
      return event.installed
    },
    mayTryAgain: ({ context, event }) => {
      assertEvent(event, FAILED_EVENTS)
      return event.attempt.failure.retryable && attemptsUsed(context, event.attempt) < context.retry.maxAttempts
    },
  },
  actions: {
    rememberPlan: assign(({ context, event }) => {
      assertEvent(event, 'manifest.resolved')
      return { record: { ...context.record, plan: event.plan } }
    }),
    rememberPriority: assign(({ context, event }) => {
      assertEvent(event, 'download.reprioritize')
      return { record: { ...context.record, priority: event.priority } }
    }),
    rememberLimit: assign(({ context, event }) => {
      assertEvent(event, 'download.limit')
      return { record: { ...context.record, limitBytesPerSecond: event.bytesPerSecond } }
    }),
    rememberFailure: assign(({ context, event }) => {
      assertEvent(event, FAILED_EVENTS)
      const attempt = attemptsUsed(context, event.attempt)
      return { record: { ...context.record, attempt, failure: { ...event.attempt.failure, attempt } } }
    }),
    rememberRecordFailure: assign(({ context, event }) => {
      assertEvent(event, 'record.failed')
      const { record } = context
      return { record: { ...record, failure: { ...event.failure, attempt: record.attempt } } }
    }),
    planBackoff: assign(({ context, event }) => {
      assertEvent(event, FAILED_EVENTS)
      const attempt = attemptsUsed(context, event.attempt)
      const backoff = backoffAfter(context, event.attempt, attempt)
      return { backoff, record: { ...context.record, attempt: attempt + 1 } }
    }),
    endBackoff: assign({ backoff: undefined }),
    endOwnBackoff: assign(({ context }) => (context.backoff?.askedByServer ? {} : { backoff: undefined })),
    startOver: assign(({ context }) => ({
      record: { ...context.record, attempt: 1, failure: undefined },
      backoff: undefined,
    })),
    outdateFetchedPlan: assign(({ context: { record } }) =>
      record.plan && !record.source.startsWith('inline:')
        ? { record: { ...record, plan: { ...record.plan, isOutdated: true as const } } }
        : {},
    ),
    requestBackoff: sendParent(
      ({ context }): DownloadRequest => ({
        type: 'backoff.requested',
        taskId: context.record.taskId,
        delayMs: context.backoff?.delayMs ?? 0,
        until: context.backoff?.until ?? 0,
      }),
    ),
    cancelBackoff: sendParent(
      ({ context }): DownloadRequest => ({ type: 'backoff.cancelled', taskId: context.record.taskId }),
    ),
  },
}).createMachine({
  id: 'download',
  context: ({ input: { record, retry } }) => ({
    record,
    retry,
    backoff: record.askedWait && { ...record.askedWait, askedByServer: true },
  }),
  initial: 'working',
  on: {
    'download.reprioritize': { actions: 'rememberPriority' },
    'download.limit': { actions: 'rememberLimit' },
  },
  // each final state owns its output: XState hands it over as the event's
  output: ({ event }) => event.output as DownloadOutput,
  states: {
    working: {
      description: 'May be paused, cancelled, or found impossible to record, at any moment.',
      initial: 'deciding',
      on: {
        'download.pause': 'paused',
        'download.cancel': 'cancelling',
        'record.failed': { target: 'failed', actions: 'rememberRecordFailure' },
      },
      states: {
        deciding: {
          description: 'Where a new, restored, resumed or retried download goes on.',
          always: [
            { guard: 'hasFailure', target: '#download.failed' },
            { guard: 'hasBackoff', target: 'retrying' },
            { guard: 'hasPlan', target: 'queued' },
            { target: 'resolving' },
          ],
        },
        resolving: {
          tags: 'resolving',
          initial: 'waiting',
          states: {
            waiting: { tags: 'wants.resolve', on: { 'admission.granted': 'reading' } },
            reading: {
              tags: 'holds.resolve',
              invoke: { id: 'resolve', src: 'resolve', input: effectInput },
              on: {
                'manifest.resolved': [
                  { guard: 'isInstalled', target: '#download.installed', actions: 'rememberPlan' },
                  { target: '#download.working.queued', actions: 'rememberPlan' },
                ],
                'manifest.failed': [
                  { guard: 'mayTryAgain', target: '#download.working.retrying', actions: 'planBackoff' },
                  { target: '#download.failed', actions: 'rememberFailure' },
                ],
              },
            },
          },
        },
        queued: { tags: ['queued', 'wants.transfer'], on: { 'admission.granted': 'downloading' } },
        downloading: {
          tags: ['downloading', 'holds.transfer'],
          invoke: { id: 'transfer', src: 'transfer', input: effectInput },
          on: {
            'transfer.completed': 'verifying',
            'bundle.found': '#download.installed',
            'transfer.failed': [
              { guard: 'mayTryAgain', target: 'retrying', actions: 'planBackoff' },
              { target: '#download.failed', actions: 'rememberFailure' },
            ],
          },
        },
        verifying: {
          description: 'Every byte is there; the archive is checked before anything of it counts.',
          tags: ['verifying', 'holds.transfer'],
          invoke: { id: 'verify', src: 'verify', input: effectInput },
          on: {
            'bundle.verified': '#download.installing',
            'bundle.rejected': { target: '#download.failed', actions: 'rememberFailure' },
          },
        },
        retrying: {
          description: 'Gave its turn back and waits out the back-off. One that the server asked for outlives a pause.',
          tags: 'retrying',
          entry: 'requestBackoff',
          exit: 'cancelBackoff',
          on: {
            'backoff.elapsed': { target: 'deciding', actions: 'endBackoff' },
            'download.retry': { target: 'deciding', actions: 'endBackoff' },
            'download.resume': { target: 'deciding', actions: 'endBackoff' },
          },
        },
      },
    },
    installing: {
      description: 'The commit: neither pause nor cancel can stop it half-way.',
      tags: ['installing', 'holds.transfer'],
      initial: 'committing',
      invoke: { id: 'install', src: 'install', input: effectInput },
      on: {
        'bundle.installed': 'installed',
        'install.failed': { target: 'failed', actions: 'rememberFailure' },
      },
      states: {
        committing: { on: { 'download.cancel': 'unwanted' } },
        unwanted: {
          description: 'Was cancelled too late to be stopped; where it fails, it is not kept.',
          on: { 'install.failed': '#download.cancelling' },
        },
      },
    },
    paused: {
      tags: 'paused',
      entry: 'endOwnBackoff',
      on: { 'download.resume': 'working', 'download.cancel': 'cancelling' },
    },
    failed: {
      description: 'Not final: the same task can be tried again, and keeps what it verified.',
      tags: 'failed',
      on: {
        'download.retry': { target: 'working', actions: ['startOver', 'outdateFetchedPlan'] },
        'download.cancel': 'cancelling',
      },
    },
    cancelling: {
      description: 'Its bytes are being removed.',
      tags: 'cancelled',
      invoke: { id: 'discard', src: 'discard', input: effectInput },
      on: { 'partial.discarded': 'cancelled' },
    },
    installed: { type: 'final', tags: 'installed', output: { state: 'installed' } },
    cancelled: { type: 'final', tags: 'cancelled', output: { state: 'cancelled' } },
  },
})

export type DownloadActor = ActorRefFrom<typeof downloadMachine>

/** The count starts over where an attempt won verified bytes. */
function attemptsUsed(context: DownloadContext, attempt: FailedAttempt): number {
  return attempt.gainedBytes > 0 ? 1 : context.record.attempt
}

function backoffAfter({ retry }: DownloadContext, failed: FailedAttempt, attempt: number): Backoff {
  const delayMs = retryDelayMs(retry, { attempt, entropy: failed.entropy, retryAfterMs: failed.retryAfterMs })
  return {
    delayMs,
    until: failed.at + delayMs,
    askedByServer: failed.retryAfterMs !== undefined,
    failure: { ...failed.failure, attempt },
  }
}
