import type { ActorRefFrom } from 'xstate'
import { firstContext } from './download.context.js'
import { downloadSetup } from './download.setup.js'
import type { DownloadContext, DownloadOutput, EffectInput } from './download.types.js'

const effectInput = ({ context }: { context: DownloadContext }): EffectInput => ({ record: context.record })

/**
 * The life of one download, from a source to an installed version. It decides; what it invokes does.
 * Whose turn it is, the fleet says (`admission.granted`); when to try again, the deadline (`backoff.elapsed`).
 */
export const downloadMachine = downloadSetup.createMachine({
  id: 'download',
  context: firstContext,
  initial: 'working',
  on: {
    'download.reprioritize': { actions: 'rememberPriority' },
    'download.limit': { actions: 'rememberLimit' },
    'download.permit': { actions: 'rememberPermission' },
    'download.approve': { actions: 'rememberApproval' },
    'download.claim': { actions: 'rememberClaim' },
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
            { guard: 'asksConsent', target: 'awaitingConsent' },
            { guard: 'isHeld', target: 'awaitingNetwork' },
            { guard: 'hasPlan', target: 'queued' },
            { target: 'resolving' },
          ],
        },
        resolving: {
          tags: 'resolving',
          initial: 'waiting',
          on: { 'admission.withheld': { target: 'deciding', actions: 'rememberHold' } },
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
                  { guard: 'metPortal', target: '#download.working.awaitingNetwork', actions: 'rememberPortal' },
                  { guard: 'mayTryAgain', target: '#download.working.retrying', actions: 'planBackoff' },
                  { target: '#download.failed', actions: 'rememberFailure' },
                ],
                'space.short': { target: '#download.working.awaitingSpace', actions: 'rememberShortage' },
              },
            },
          },
        },
        queued: {
          tags: ['queued', 'wants.transfer'],
          on: {
            'admission.granted': 'downloading',
            'admission.withheld': { target: 'deciding', actions: 'rememberHold' },
          },
        },
        downloading: {
          tags: ['downloading', 'holds.transfer'],
          invoke: { id: 'transfer', src: 'transfer', input: effectInput },
          on: {
            'transfer.completed': 'verifying',
            'bundle.found': '#download.installed',
            'admission.withheld': { target: 'deciding', actions: 'rememberHold' },
            'transfer.failed': [
              { guard: 'metPortal', target: 'awaitingNetwork', actions: 'rememberPortal' },
              { guard: 'mayTryAgain', target: 'retrying', actions: 'planBackoff' },
              { target: '#download.failed', actions: 'rememberFailure' },
            ],
            'space.short': { target: 'awaitingSpace', actions: 'rememberShortage' },
          },
        },
        verifying: {
          description: 'Every byte is there: its turn is free. The archive is checked before anything of it counts.',
          tags: ['verifying', 'holds.store'],
          invoke: { id: 'verify', src: 'verify', input: effectInput },
          on: {
            'bundle.verified': '#download.installing',
            'bundle.rejected': { target: '#download.failed', actions: 'rememberFailure' },
            'space.short': { target: 'awaitingSpace', actions: 'rememberShortage' },
          },
        },
        awaitingNetwork: {
          description:
            'Offline, behind a page to sign in, or the network costs. Its hold says which. No attempt counts.',
          tags: 'awaitingNetwork',
          on: {
            'admission.withheld': { target: 'deciding', actions: 'rememberHold' },
            'admission.lifted': { target: 'deciding', actions: 'endHold' },
            'probe.failed': [
              { guard: 'givesUpOnPortal', target: '#download.failed', actions: 'blamePortal' },
              { actions: 'countProbe' },
            ],
            'download.retry': { actions: 'askForProbe' },
          },
        },
        awaitingConsent: {
          description: 'Asks whether so much may be fetched here. Goes on by itself where nobody has to be asked.',
          tags: 'awaitingConsent',
          on: {
            'admission.withheld': { target: 'deciding', actions: 'rememberHold' },
            'admission.lifted': { target: 'deciding', actions: 'endHold' },
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
            'admission.withheld': { target: 'deciding', actions: 'rememberHold' },
            'backoff.elapsed': { target: 'deciding', actions: 'endBackoff' },
            'download.retry': { target: 'deciding', actions: 'endBackoff' },
            'download.resume': { target: 'deciding', actions: 'endBackoff' },
            'download.claim': { guard: 'isUnhurried', target: 'retrying', reenter: true, actions: 'rememberClaim' },
          },
        },
      },
    },
    installing: {
      description: 'The commit: neither pause nor cancel can stop it half-way.',
      tags: ['installing', 'holds.store'],
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
      entry: ['endOwnBackoff', 'endHold'],
      on: { 'download.resume': 'working', 'download.cancel': 'cancelling' },
    },
    failed: {
      description: 'Not final: the same task can be tried again, and keeps what it verified.',
      tags: 'failed',
      entry: 'endHold',
      on: {
        'download.retry': { target: 'working', actions: ['startOver', 'outdateFetchedPlan'] },
        'download.cancel': 'cancelling',
      },
    },
    cancelling: {
      description: 'Its bytes are being removed.',
      tags: 'cancelled',
      entry: 'endHold',
      invoke: { id: 'discard', src: 'discard', input: effectInput },
      on: { 'partial.discarded': 'cancelled' },
    },
    installed: { type: 'final', tags: 'installed', output: { state: 'installed' } },
    cancelled: { type: 'final', tags: 'cancelled', output: { state: 'cancelled' } },
  },
})

export type DownloadActor = ActorRefFrom<typeof downloadMachine>
