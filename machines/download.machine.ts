import { type ActorRefFrom, assertEvent, assign, sendParent, setup } from 'xstate'
import { declared } from './declared.js'
import {
  mayTryAgain,
  startedOver,
  withBackoff,
  withFailure,
  withLimit,
  withOutdatedPlan,
  withoutOwnBackoff,
  withPermission,
  withPlan,
  withPriority,
  withRecordFailure,
  withShortage,
} from './download.context.js'
import type {
  DownloadActors,
  DownloadContext,
  DownloadEvent,
  DownloadInput,
  DownloadOutput,
  DownloadRequest,
  DownloadTag,
  EffectInput,
  SpaceRequest,
} from './download.types.js'

/** How often a download that has no room looks whether there is some, if nobody tells. */
const SPACE_LOOK_MS = 30_000

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
    mayTryAgain,
  },
  actions: {
    rememberPlan: assign(withPlan),
    rememberPriority: assign(withPriority),
    rememberLimit: assign(withLimit),
    rememberPermission: assign(withPermission),
    rememberFailure: assign(withFailure),
    rememberRecordFailure: assign(withRecordFailure),
    rememberShortage: assign(withShortage),
    planBackoff: assign(withBackoff),
    endBackoff: assign({ backoff: undefined }),
    endOwnBackoff: assign(withoutOwnBackoff),
    startOver: assign(startedOver),
    outdateFetchedPlan: assign(withOutdatedPlan),
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
    requestLook: sendParent(
      ({ context }): DownloadRequest => ({
        type: 'backoff.requested',
        taskId: context.record.taskId,
        delayMs: SPACE_LOOK_MS,
        until: Number.MAX_SAFE_INTEGER,
      }),
    ),
    askForSpace: sendParent(({ context }): SpaceRequest => ({ type: 'space.asked', taskId: context.record.taskId })),
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
    'download.permit': { actions: 'rememberPermission' },
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
                'space.short': { target: '#download.working.awaitingSpace', actions: 'rememberShortage' },
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
            'space.short': { target: 'awaitingSpace', actions: 'rememberShortage' },
          },
        },
        verifying: {
          description: 'Every byte is there; the archive is checked before anything of it counts.',
          tags: ['verifying', 'holds.transfer'],
          invoke: { id: 'verify', src: 'verify', input: effectInput },
          on: {
            'bundle.verified': '#download.installing',
            'bundle.rejected': { target: '#download.failed', actions: 'rememberFailure' },
            'space.short': { target: 'awaitingSpace', actions: 'rememberShortage' },
          },
        },
        awaitingSpace: {
          description: 'Gave its turn back until there is room, or may be made. What it verified stays.',
          tags: ['awaitingSpace', 'wants.space'],
          entry: 'requestLook',
          exit: 'cancelBackoff',
          on: {
            'admission.granted': 'deciding',
            'backoff.elapsed': { actions: ['askForSpace', 'requestLook'] },
            'download.retry': 'deciding',
            'download.resume': 'deciding',
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
        'space.short': { target: '#download.working.awaitingSpace', actions: 'rememberShortage' },
      },
      states: {
        committing: { on: { 'download.cancel': 'unwanted' } },
        unwanted: {
          description: 'Was cancelled too late to be stopped; where it fails, it is not kept.',
          on: { 'install.failed': '#download.cancelling', 'space.short': '#download.cancelling' },
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
