import { assertEvent, assign, sendParent, setup } from 'xstate'
import { declared } from './declared.js'
import {
  givesUpOnPortal,
  isUnhurried,
  mayTryAgain,
  metPortal,
  startedOver,
  withApproval,
  withBackoff,
  withClaim,
  withFailure,
  withHold,
  withLimit,
  withOutdatedPlan,
  withoutHold,
  withoutOwnBackoff,
  withPermission,
  withPlan,
  withPortal,
  withPortalFailure,
  withPriority,
  withProbe,
  withRecordFailure,
  withShortage,
} from './download.context.js'
import { backoffCancelled, backoffRequest, lookRequest, portalRequest, spaceRequest } from './download.requests.js'
import type {
  DownloadActors,
  DownloadContext,
  DownloadEvent,
  DownloadInput,
  DownloadOutput,
  DownloadTag,
} from './download.types.js'

/** What the chart of a download may name: its actors, guards and actions. */
export const downloadSetup = setup({
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
    asksConsent: ({ context }) => context.record.hold?.code === 'consent',
    isHeld: ({ context }) => context.record.hold !== undefined,
    isUnhurried,
    metPortal,
    givesUpOnPortal,
    mayTryAgain,
  },
  actions: {
    rememberPlan: assign(withPlan),
    rememberPriority: assign(withPriority),
    rememberLimit: assign(withLimit),
    rememberPermission: assign(withPermission),
    rememberApproval: assign(withApproval),
    rememberClaim: assign(withClaim),
    rememberHold: assign(withHold),
    rememberPortal: assign(withPortal),
    countProbe: assign(withProbe),
    blamePortal: assign(withPortalFailure),
    endHold: assign(withoutHold),
    rememberFailure: assign(withFailure),
    rememberRecordFailure: assign(withRecordFailure),
    rememberShortage: assign(withShortage),
    planBackoff: assign(withBackoff),
    endBackoff: assign({ backoff: undefined }),
    endOwnBackoff: assign(withoutOwnBackoff),
    startOver: assign(startedOver),
    outdateFetchedPlan: assign(withOutdatedPlan),
    requestBackoff: sendParent(backoffRequest),
    cancelBackoff: sendParent(backoffCancelled),
    requestLook: sendParent(lookRequest),
    askForSpace: sendParent(spaceRequest),
    askForProbe: sendParent(portalRequest),
  },
})
