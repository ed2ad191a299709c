import { HttpStatusError } from '../domain/errors/index.js'
import { toFailure } from '../domain/failure.js'
import { laterPart } from '../domain/laterPart.js'
import type { Portal } from '../domain/network.js'
import { retryDelayMs } from '../domain/retry.js'
import type { DockState } from './dockState.js'

const probing = laterPart('asking servers', () => import('../engine/askForPage.js'))

/** However often somebody asks, an origin is not asked more often. */
const LEAST_GAP_MS = 1000
const MAX_DELAY_MS = 60_000
/** A page that comes back so soon was never gone: a download met it again where a probe did not. */
const RELAPSE_MS = 2 * MAX_DELAY_MS

/** What comes of asking. */
export type ProbeReport =
  | { type: 'probe.failed'; origin: string; attempt: number }
  | { type: 'probe.passed'; origin: string }

interface Probe {
  portal: Portal
  attempt: number
  lastAt: number
  timer: unknown
  /** Set while it is asked. */
  asking: AbortController | undefined
}

/** Asks origins that answer with web pages again, one URL each, until something else comes. */
export class PortalProbes {
  readonly #state: DockState
  readonly #report: (report: ProbeReport) => void
  readonly #probes = new Map<string, Probe>()
  readonly #passed = new Map<string, { readonly attempt: number; readonly at: number }>()

  constructor(state: DockState, report: (report: ProbeReport) => void) {
    this.#state = state
    this.#report = report
  }

  /** Where it is being asked already, this is what is asked from now on. */
  begin(origin: string, portal: Portal): void {
    const known = this.#probes.get(origin)
    if (known) {
      known.portal = portal
      return
    }
    const lastAt = this.#state.host.clock.monotonic()
    const passed = this.#passed.get(origin)
    const attempt = passed && lastAt - passed.at < RELAPSE_MS ? passed.attempt + 1 : 0
    this.#probes.set(origin, { portal, attempt, lastAt, timer: undefined, asking: undefined })
    this.#planNext(origin)
  }

  end(origin: string): void {
    const probe = this.#probes.get(origin)
    this.#state.host.clock.clearTimeout(probe?.timer)
    probe?.asking?.abort()
    this.#probes.delete(origin)
  }

  endAll(): void {
    for (const origin of [...this.#probes.keys()]) this.end(origin)
  }

  /** Something has changed: it is worth a try. Does not count. */
  hurry(origin: string): void {
    const probe = this.#probes.get(origin)
    if (!probe || probe.asking) return
    const { clock } = this.#state.host
    clock.clearTimeout(probe.timer)
    const waitMs = Math.max(0, probe.lastAt + LEAST_GAP_MS - clock.monotonic())
    probe.timer = clock.setTimeout(() => void this.#ask(origin, probe, false), waitMs)
  }

  hurryAll(): void {
    for (const origin of this.#probes.keys()) this.hurry(origin)
  }

  #planNext(origin: string): void {
    const probe = this.#probes.get(origin)
    if (!probe) return
    const { host, settings } = this.#state
    const attempt = probe.attempt + 1
    const delayMs = Math.min(MAX_DELAY_MS, retryDelayMs(settings.retry, { attempt, entropy: host.clock.random() }))
    probe.timer = host.clock.setTimeout(() => void this.#ask(origin, probe, true), delayMs)
  }

  async #ask(origin: string, probe: Probe, counts: boolean): Promise<void> {
    const asking = new AbortController()
    probe.asking = asking
    probe.lastAt = this.#state.host.clock.monotonic()
    const isPassed = await this.#isPassed(probe.portal, asking.signal)
    if (asking.signal.aborted) return
    probe.asking = undefined
    if (isPassed) {
      this.#probes.delete(origin)
      this.#passed.set(origin, { attempt: probe.attempt, at: this.#state.host.clock.monotonic() })
      return this.#report({ type: 'probe.passed', origin })
    }
    if (counts) {
      probe.attempt++
      this.#report({ type: 'probe.failed', origin, attempt: probe.attempt })
    }
    this.#planNext(origin)
  }

  /** Any answer but a page is for the downloads to judge; none at all says nothing. */
  async #isPassed({ url, sizeBytes }: Portal, signal: AbortSignal): Promise<boolean> {
    const { host, timeouts } = this.#state
    const question = { url, timeouts, signal, ...(sizeBytes === undefined ? {} : { sizeBytes }) }
    try {
      const { answersWithPage } = await probing.load(host)
      return !(await answersWithPage(question, host))
    } catch (error) {
      return error instanceof HttpStatusError || !toFailure(error).retryable
    }
  }
}
