import { type AnyActorRef, createActor } from 'xstate'
import { toFailure } from '../src/domain/failure.js'
import type { DownloadState } from '../src/domain/progress.js'
import type { DownloadRecord } from '../src/domain/records.js'
import type { DownloadActor } from './download.machine.js'
import type { FleetConnections, FleetEvent, FleetInput, TaskView } from './fleet.types.js'
import { isTaskCommand, newRecord } from './fleetRecords.js'
import { FleetReports } from './fleetReports.js'
import { Reconciler } from './reconciler.js'
import { Requests } from './requests.js'
import type { StartCommand, StartOptions, SupervisorReport } from './supervisor.types.js'
import { type DownloadSnapshot, rosterEntryOf, viewOf } from './taskView.js'
import { Twins } from './twins.js'

const MAX_SETTLED = 100
const SETTLED = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])

/** The downloads of one fleet: children, settled records, and who may run. Every change ends in the reconciler's look. */
export class FleetMembers {
  readonly #self: AnyActorRef
  readonly #stopChild: (child: AnyActorRef) => void
  readonly #input: FleetInput
  readonly #connections: FleetConnections
  readonly #children = new Map<string, DownloadActor>()
  readonly #settled = new Map<string, DownloadRecord>()
  readonly #recorded = new Set<string>()
  /** Of a former run, and nobody has asked for them in this one: they stand in no other's way. */
  readonly #held = new Set<string>()
  /** To be forgotten as soon as they are cancelled. */
  readonly #dismissed = new Set<string>()
  readonly #twins = new Twins()
  readonly #reports = new FleetReports()
  readonly #requests = new Requests()
  readonly #reconciler: Reconciler
  /** The same for all children. */
  readonly #observer = { next: (snapshot: DownloadSnapshot) => this.#observe(snapshot), error: () => {} }
  #nextSeq = 1
  #book: (view: TaskView) => void

  constructor(
    self: AnyActorRef,
    stopChild: (child: AnyActorRef) => void,
    input: FleetInput,
    connections: FleetConnections,
  ) {
    this.#self = self
    this.#stopChild = stopChild
    this.#input = input
    this.#connections = connections
    this.#book = (view) => connections.journal.changed(view)
    this.#reconciler = new Reconciler(connections, {
      wake: (isNext) => self.send({ type: 'fleet.reconcile', isNext }),
      tell: (taskId, event) => this.#children.get(taskId)?.send(event),
      tellSupervisor: (report) => this.#tellSupervisor(report),
    })
  }

  get size(): number {
    return this.#children.size
  }

  /** Settled downloads are listed again, failed and paused ones are as they were, all others wait for their turn. */
  restore(): void {
    const records = [...this.#connections.restored].sort((left, right) => left.seq - right.seq)
    // what was just read needs not be written
    this.#book = (view) => this.#connections.journal.show(view)
    for (const record of records) {
      this.#nextSeq = Math.max(this.#nextSeq, record.seq + 1)
      this.#recorded.add(record.taskId)
      this.#requests.note(record)
      if (SETTLED.has(record.state)) this.#settle(record)
      else this.#revive(record)
    }
    this.#book = (view) => this.#connections.journal.changed(view)
  }

  receive(event: FleetEvent): void {
    switch (event.type) {
      case 'download.start':
        return this.#start(event)
      case 'download.dismiss':
        return this.#dismiss(event.taskId)
      case 'tasks.recorded':
        return this.#markRecorded(event.taskIds)
      case 'tasks.unrecorded':
        for (const taskId of event.taskIds) this.#unrecorded(taskId, event.failure)
        return
      case 'deadline.reached':
        for (const taskId of event.taskIds) this.#children.get(taskId)?.send({ type: 'backoff.elapsed' })
        return
      case 'backoff.requested':
      case 'backoff.cancelled':
        return this.#tellSupervisor(event)
      case 'space.asked':
        return this.#connections.lookForSpace()
      case 'space.measured':
        this.#connections.roster.freeBytes = event.availableBytes
        return this.#reconciler.reconcile()
      case 'conditions.changed':
        this.#connections.roster.judgeBy(event.circumstances)
        return this.#reconciler.reconcile()
      case 'portal.asked':
        return this.#askForProbe(event.taskId)
      case 'probe.passed':
        this.#connections.roster.openPortal(event.origin)
        return this.#reconciler.reconcile()
      case 'probe.failed':
        return this.#probeFailed(event)
      case 'version.rolledBack':
        for (const taskId of event.taskIds) this.#rolledBack(taskId, event.to)
        return
      case 'fleet.reconcile':
        return this.#reconciler.receive(event)
      case 'xstate.stop':
        return this.#stopAll()
      default:
        if (isTaskCommand(event)) this.#children.get(event.taskId)?.send(event)
        else if (event.type.startsWith('xstate.done.actor.')) this.#ended(event.actorId)
        else if ('error' in event) this.#crashed(event.actorId, event.error)
    }
  }

  #start({ options = {}, requestId, ...command }: StartCommand): void {
    const source = this.#connections.intake(command.source, options)
    const made = this.#requests.taskOf(requestId)
    const twin = made ? undefined : this.#twins.find(source, command.prepared?.plan)
    const taskId = made ?? twin ?? this.#create(source, { ...command, options, requestId })
    if (twin && options.allowDowngrade) this.#children.get(twin)?.send({ type: 'download.permit' })
    if (twin && options.initiator !== 'automatic') this.#goOn(twin, options)
    if (requestId !== undefined) this.#connections.journal.accepted(requestId, taskId)
  }

  #create(source: string, { options = {}, prepared, requestId }: StartCommand): string {
    const { boot } = this.#input
    const record = newRecord({ source, seq: this.#nextSeq++, boot, options, plan: prepared?.plan, requestId })
    this.#requests.note(record)
    if (prepared?.installed) this.#settle({ ...record, state: 'installed', bytesDownloaded: prepared.plan.totalBytes })
    else this.#spawn(record)
    return record.taskId
  }

  /** Asking for it again is asking for it to go on. */
  #goOn(taskId: string, { allowMetered }: StartOptions): void {
    const child = this.#children.get(taskId)
    child?.send({ type: 'download.claim', allowMetered })
    if (child?.getSnapshot().hasTag('paused')) child.send({ type: 'download.resume' })
    if (child?.getSnapshot().hasTag('failed')) child.send({ type: 'download.retry' })
  }

  #revive(record: DownloadRecord): void {
    // what happened in a former run was told then
    this.#reports.knows(record)
    const child = this.#spawn(record)
    const isHeld = this.#input.boot.settings.holdRestored && record.state !== 'failed'
    if (isHeld || record.state === 'paused') child.send({ type: 'download.pause' })
    if (!isHeld) return
    this.#held.add(record.taskId)
    this.#observe(child.getSnapshot())
  }

  #spawn(record: DownloadRecord): DownloadActor {
    const { taskId } = record
    const child = createActor(this.#connections.download, {
      id: taskId,
      systemId: taskId,
      parent: this.#self,
      input: { record, retry: this.#input.boot.settings.retry },
    })
    this.#children.set(taskId, child)
    child.subscribe(this.#observer)
    // which tells the observer of the first snapshot
    child.start()
    return child
  }

  /** Called within the child's own transition: books the fact and leaves the rest to the reconciler. */
  #observe(snapshot: DownloadSnapshot): void {
    const view = this.#enlist(snapshot)
    if (!view) return
    // what has ended is told once, when it is settled
    if (snapshot.status === 'active') this.#book(view)
    const report = this.#reports.of(view)
    if (report) this.#tellSupervisor({ type: 'fleet.reported', report })
  }

  /** What admission has to know of a child; `undefined` where it stands in no state of the contract, or was let go. */
  #enlist(snapshot: DownloadSnapshot): TaskView | undefined {
    const { taskId } = snapshot.context.record
    const child = this.#children.get(taskId)
    const view = child && viewOf(snapshot, child)
    if (!view) return undefined
    if (snapshot.hasTag('cancelled')) this.#twins.remove(taskId)
    else this.#twins.set(view.record)
    if (!snapshot.hasTag('paused')) this.#held.delete(taskId)
    const { bytesToTransfer } = this.#connections
    const entry = rosterEntryOf(view, snapshot, this.#recorded.has(taskId), bytesToTransfer)
    const { roster } = this.#connections
    if (roster.set(taskId, this.#held.has(taskId) ? { ...entry, blocksPlugin: false } : entry))
      this.#reconciler.request()
    return view
  }

  /** A person says that they have signed in. */
  #askForProbe(taskId: string): void {
    const origin = this.#connections.roster.originOf(taskId)
    if (origin !== undefined) this.#tellSupervisor({ type: 'portal.asked', origin })
  }

  #probeFailed({ origin, attempt }: Extract<FleetEvent, { type: 'probe.failed' }>): void {
    for (const taskId of this.#connections.roster.probeFailed(origin))
      this.#children.get(taskId)?.send({ type: 'probe.failed', attempt })
    this.#reconciler.reconcile()
  }

  #markRecorded(taskIds: readonly string[]): void {
    for (const taskId of taskIds) {
      if (this.#recorded.has(taskId)) continue
      this.#recorded.add(taskId)
      const child = this.#children.get(taskId)
      const view = child && this.#enlist(child.getSnapshot())
      // it is written as it is: what is new is only that it waits for its turn
      if (view) this.#connections.journal.show(view)
    }
  }

  #unrecorded(taskId: string, failure: Extract<FleetEvent, { type: 'tasks.unrecorded' }>['failure']): void {
    if (!this.#recorded.has(taskId)) this.#children.get(taskId)?.send({ type: 'record.failed', failure })
  }

  #ended(taskId: string): void {
    const child = this.#children.get(taskId)
    const view = child && viewOf(child.getSnapshot(), undefined)
    this.#forget(taskId)
    if (view && !this.#dismissed.delete(taskId)) this.#settle(view.record)
    else this.#connections.journal.removed(taskId)
    this.#reconciler.request()
  }

  /** A bug in an effect ends one download, visibly, and nothing else. */
  #crashed(taskId: string, error: unknown): void {
    const child = this.#children.get(taskId)
    if (!child) return
    const { record } = child.getSnapshot().context
    this.#connections.abandon(taskId)
    this.#forget(taskId)
    this.#spawn({ ...record, state: 'failed', failure: { ...toFailure(error), attempt: record.attempt } })
  }

  #forget(taskId: string): void {
    this.#twins.remove(taskId)
    this.#held.delete(taskId)
    this.#children.delete(taskId)
    this.#reports.forget(taskId)
    this.#connections.roster.set(taskId, undefined)
  }

  #settle(record: DownloadRecord): void {
    this.#settled.set(record.taskId, record)
    this.#book({ record })
    const [oldest] = this.#settled.keys()
    if (this.#settled.size > MAX_SETTLED && oldest !== undefined) this.#dismiss(oldest)
  }

  /** What it had installed works no more, and another version is used. */
  #rolledBack(taskId: string, previousVersion: string): void {
    const record = this.#settled.get(taskId)
    if (!record?.plan) return
    const rolledBack = { ...record, state: 'rolledBack', plan: { ...record.plan, previousVersion } } as const
    this.#settled.set(taskId, rolledBack)
    this.#book({ record: rolledBack })
  }

  /** A failed download is given up: its bytes go too. */
  #dismiss(taskId: string): void {
    const child = this.#children.get(taskId)
    if (child?.getSnapshot().hasTag('failed')) {
      this.#requests.forget(child.getSnapshot().context.record)
      this.#dismissed.add(taskId)
      child.send({ type: 'download.cancel' })
    }
    const settled = this.#settled.get(taskId)
    if (!settled || !this.#settled.delete(taskId)) return
    this.#requests.forget(settled)
    this.#recorded.delete(taskId)
    this.#connections.journal.removed(taskId)
  }

  #stopAll(): void {
    for (const [taskId, child] of this.#children) {
      this.#stopChild(child)
      this.#connections.roster.set(taskId, undefined)
    }
    this.#children.clear()
    this.#reconciler.end()
  }

  #tellSupervisor(report: SupervisorReport): void {
    this.#input.supervisor.send(report)
  }
}
