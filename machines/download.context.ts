import { assertEvent } from 'xstate'
import type { FailedAttempt } from '../src/domain/failedAttempt.js'
import type { Hold } from '../src/domain/network.js'
import { askedDelayMs, retryDelayMs } from '../src/domain/retry.js'
import type { Backoff, DownloadContext, DownloadEvent, DownloadInput } from './download.types.js'

interface Step {
  readonly context: DownloadContext
  readonly event: DownloadEvent
}

type Change = Partial<DownloadContext>

const FAILED_EVENTS = ['manifest.failed', 'transfer.failed', 'bundle.rejected', 'install.failed'] as const

export function firstContext({ input: { record, retry } }: { readonly input: DownloadInput }): DownloadContext {
  return { record, retry, backoff: record.askedWait && { ...record.askedWait, askedByServer: true } }
}

export function mayTryAgain({ context, event }: Step): boolean {
  assertEvent(event, FAILED_EVENTS)
  return event.attempt.failure.retryable && attemptsUsed(context, event.attempt) < context.retry.maxAttempts
}

export function withPlan({ context, event }: Step): Change {
  assertEvent(event, 'manifest.resolved')
  return { record: { ...context.record, plan: event.plan } }
}

export function withPriority({ context, event }: Step): Change {
  assertEvent(event, 'download.reprioritize')
  return { record: { ...context.record, priority: event.priority } }
}

export function withLimit({ context, event }: Step): Change {
  assertEvent(event, 'download.limit')
  return { record: { ...context.record, limitBytesPerSecond: event.bytesPerSecond } }
}

export function withPermission({ context: { record } }: Step): Change {
  return { record: { ...record, allowDowngrade: true } }
}

export function withFailure({ context, event }: Step): Change {
  assertEvent(event, FAILED_EVENTS)
  const attempt = attemptsUsed(context, event.attempt)
  const plan = (event.type === 'manifest.failed' ? event.plan : undefined) ?? context.record.plan
  return { record: { ...context.record, plan, attempt, failure: { ...event.attempt.failure, attempt } } }
}

export function withRecordFailure({ context: { record }, event }: Step): Change {
  assertEvent(event, 'record.failed')
  return { record: { ...record, failure: { ...event.failure, attempt: record.attempt } } }
}

export function withBackoff({ context, event }: Step): Change {
  assertEvent(event, FAILED_EVENTS)
  const attempt = attemptsUsed(context, event.attempt)
  const backoff = backoffAfter(context, event.attempt, attempt)
  return { backoff, record: { ...context.record, attempt: attempt + 1 } }
}

export function withoutOwnBackoff({ context }: Step): Change {
  return context.backoff?.askedByServer ? {} : { backoff: undefined }
}

export function metPortal({ event }: Step): boolean {
  assertEvent(event, ['manifest.failed', 'transfer.failed'])
  return event.attempt.portal !== undefined
}

/** It is no attempt that failed: the right server was never asked. */
export function withPortal({ context: { record }, event }: Step): Change {
  assertEvent(event, ['manifest.failed', 'transfer.failed'])
  const { portal } = event.attempt
  const hold: Hold | undefined = portal && { code: 'captive-portal', host: new URL(portal.url).host, portal }
  return { record: { ...record, hold } }
}

/** A network that is gone was gone when the last attempt failed for it: that one does not count. */
export function withHold({ context: { record, backoff }, event }: Step): Change {
  assertEvent(event, 'admission.withheld')
  const attempt = backoff ? backoff.failure.attempt : record.attempt
  return { record: { ...record, attempt, hold: event.hold }, backoff: undefined }
}

export function withoutHold({ context: { record } }: Step): Change {
  return record.hold ? { record: { ...record, hold: undefined } } : {}
}

/** Whoever has never been given a manifest may have asked at the wrong place. */
export function givesUpOnPortal(step: Step): boolean {
  const { record, retry } = step.context
  return record.plan === undefined && probesInVain(step) >= retry.maxAttempts
}

/** Since it has met the page: others may have met it before. */
function probesInVain({ context: { record }, event }: Step): number {
  assertEvent(event, 'probe.failed')
  return Math.min(event.attempt, (record.hold?.portal?.attempt ?? 0) + 1)
}

export function withProbe(step: Step): Change {
  const { record } = step.context
  const { hold } = record
  const portal = hold?.portal && { ...hold.portal, attempt: probesInVain(step) }
  return portal ? { record: { ...record, hold: { ...hold, portal } } } : {}
}

export function withPortalFailure({ context: { record } }: Step): Change {
  const { hold, attempt } = record
  return { record: { ...record, failure: hold?.portal && { ...hold.portal.failure, attempt } } }
}

export function withApproval({ context: { record } }: Step): Change {
  return { record: { ...record, allowMetered: true } }
}

export function withClaim({ context: { record, backoff }, event }: Step): Change {
  assertEvent(event, 'download.claim')
  const claimed = { ...record, initiator: 'user', allowMetered: event.allowMetered ?? record.allowMetered } as const
  return { record: claimed, backoff: record.initiator === 'automatic' ? backoff && hurried(backoff) : backoff }
}

/** Waits for longer than the server asked for, as nobody waits for it. Any other wait is left alone: it runs already. */
export function isUnhurried({ context: { record, backoff } }: Step): boolean {
  return record.initiator === 'automatic' && backoff?.askedMs !== undefined
}

/** As somebody waits by now: no longer than the server asked for. */
function hurried(backoff: Backoff): Backoff {
  const { delayMs, askedMs = delayMs, until } = backoff
  return { ...backoff, delayMs: askedMs, until: until - (delayMs - askedMs) }
}

/** A shortage that lasts, whatever was tried meanwhile, is the same one: it is told once. */
export function withShortage({ context, event }: Step): Change {
  assertEvent(event, 'space.short')
  const since = event.gainedBytes > 0 ? undefined : context.shortage?.since
  return { shortage: { ...event.shortage, since: since ?? event.shortage.since } }
}

export function startedOver({ context }: Step): Change {
  return { record: { ...context.record, attempt: 1, failure: undefined }, backoff: undefined, shortage: undefined }
}

export function withOutdatedPlan({ context: { record } }: Step): Change {
  return record.plan && !record.source.startsWith('inline:')
    ? { record: { ...record, plan: { ...record.plan, isOutdated: true as const } } }
    : {}
}

/** The count starts over where an attempt won verified bytes. */
function attemptsUsed(context: DownloadContext, attempt: FailedAttempt): number {
  return attempt.gainedBytes > 0 ? 1 : context.record.attempt
}

function backoffAfter({ record, retry }: DownloadContext, failed: FailedAttempt, attempt: number): Backoff {
  const { entropy, retryAfterMs } = failed
  const delayMs = retryDelayMs(retry, { attempt, entropy, retryAfterMs, isAutomatic: record.initiator === 'automatic' })
  return {
    delayMs,
    until: failed.at + delayMs,
    askedByServer: retryAfterMs !== undefined,
    askedMs: retryAfterMs === undefined ? undefined : askedDelayMs(retryAfterMs),
    failure: { ...failed.failure, attempt },
  }
}
