import { type ActorRefFrom, assertEvent, assign, emit, enqueueActions, sendTo, setup } from 'xstate'
import { declared } from './declared.js'
import type { FleetInput } from './fleet.types.js'
import type { HeirInput, MemberInput, SupervisorActors } from './supervisor.actors.js'
import type {
  SupervisorCommand,
  SupervisorContext,
  SupervisorEmitted,
  SupervisorEvent,
  SupervisorTag,
} from './supervisor.types.js'

const memberInput = ({ self }: { self: MemberInput['supervisor'] }): MemberInput => ({ supervisor: self })

const heirInput = ({ event, self }: { event: SupervisorEvent; self: MemberInput['supervisor'] }): HeirInput => {
  assertEvent(event, 'heir.found')
  return { supervisor: self, heir: event.heir }
}

const fleetInput = (args: { context: SupervisorContext; self: MemberInput['supervisor'] }): FleetInput => {
  const { boot } = args.context
  if (!boot) throw new Error('A supervisor runs only after it has booted')
  return { supervisor: args.self, boot }
}

/** The root: opens the stores, keeps the fleet, and closes in order. */
export const supervisorMachine = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    emitted: {} as SupervisorEmitted,
    tags: '' as SupervisorTag,
  },
  actors: {
    boot: declared<SupervisorActors['boot']>(),
    follow: declared<SupervisorActors['follow']>(),
    watch: declared<SupervisorActors['watch']>(),
    custody: declared<SupervisorActors['custody']>(),
    herald: declared<SupervisorActors['herald']>(),
    yielding: declared<SupervisorActors['yielding']>(),
    deadline: declared<SupervisorActors['deadline']>(),
    policy: declared<SupervisorActors['policy']>(),
    conditions: declared<SupervisorActors['conditions']>(),
    recorder: declared<SupervisorActors['recorder']>(),
    space: declared<SupervisorActors['space']>(),
    fleet: declared<SupervisorActors['fleet']>(),
    trials: declared<SupervisorActors['trials']>(),
    shutdown: declared<SupervisorActors['shutdown']>(),
  },
  guards: {
    isForAlways: ({ event }) => {
      assertEvent(event, 'download.approve')
      return event.always === true
    },
  },
  actions: {
    rememberBoot: assign({
      boot: ({ event }) => {
        assertEvent(event, 'boot.completed')
        return event.boot
      },
    }),
    rememberFailure: assign({
      failure: ({ event }) => {
        assertEvent(event, ['boot.failed', 'follow.failed'])
        return event.failure
      },
    }),
    keepForLater: assign({
      // the wildcard that names this action lets nothing but commands through
      early: ({ context, event }) => [...context.early, event as SupervisorCommand],
    }),
    passOnEarly: enqueueActions(({ context, enqueue }) => {
      for (const command of context.early) enqueue.raise(command)
      enqueue.assign({ early: [] })
    }),
    passEarlyToLeader: enqueueActions(({ context, enqueue }) => {
      for (const command of context.early) enqueue.sendTo('follow', command)
      enqueue.assign({ early: [] })
    }),
    passToLeader: sendTo('follow', ({ event }) => event),
    passToFleet: sendTo('fleet', ({ event }) => event),
    passToDeadline: sendTo('deadline', ({ event }) => {
      assertEvent(event, ['backoff.requested', 'backoff.cancelled'])
      return event
    }),
    passToConditions: sendTo('conditions', ({ event }) => event),
    allowMetered: sendTo('policy', { type: 'policy.change', part: { onMetered: 'allow' } }),
    passToPolicy: sendTo('policy', ({ event }) => event),
    passToTrials: sendTo('trials', ({ event }) => event),
    tellRolledBack: emit(({ event }) => {
      assertEvent(event, 'version.rolledBack')
      const { type: _, taskIds, ...version } = event
      return { type: 'download.rolledBack', taskId: taskIds.at(-1), ...version } as const
    }),
    tellOutside: emit(({ event }) => {
      assertEvent(event, 'fleet.reported')
      return event.report
    }),
  },
}).createMachine({
  id: 'supervisor',
  context: { early: [] },
  initial: 'booting',
  invoke: [
    { id: 'custody', src: 'custody', input: memberInput },
    { id: 'trials', src: 'trials', input: memberInput },
  ],
  on: { 'trial.*': { actions: 'passToTrials' } },
  states: {
    booting: {
      description: 'Opens the stores and reads what a former run left.',
      tags: 'starting',
      invoke: { id: 'boot', src: 'boot', input: memberInput },
      on: {
        'boot.completed': { target: 'running', actions: 'rememberBoot' },
        'boot.failed': { target: 'unavailable', actions: 'rememberFailure' },
        'boot.refused': 'following',
        'download.*': { actions: 'keepForLater' },
        'policy.*': { actions: 'keepForLater' },
        close: 'closing',
      },
    },
    following: {
      description: 'Another page leads. This one reads, shows what the leader does, and has it do what is wanted here.',
      initial: 'opening',
      invoke: { id: 'follow', src: 'follow', input: memberInput },
      on: {
        'follow.failed': { target: 'unavailable', actions: 'rememberFailure' },
        'leader.gone': 'booting',
        'fleet.reported': { actions: 'tellOutside' },
        close: 'closing',
      },
      states: {
        opening: {
          tags: 'starting',
          on: {
            'follow.opened': 'mirroring',
            'download.*': { actions: 'keepForLater' },
            'policy.*': { actions: 'keepForLater' },
          },
        },
        mirroring: {
          tags: 'follower',
          entry: 'passEarlyToLeader',
          on: { 'download.*': { actions: 'passToLeader' }, 'policy.*': { actions: 'passToLeader' } },
        },
      },
    },
    running: {
      type: 'parallel',
      invoke: [
        { id: 'deadline', src: 'deadline', input: memberInput },
        { id: 'policy', src: 'policy', input: memberInput },
        { id: 'conditions', src: 'conditions', input: memberInput },
        { id: 'recorder', src: 'recorder', input: memberInput },
        { id: 'herald', src: 'herald', input: memberInput },
        { id: 'watch', src: 'watch', input: memberInput },
        { id: 'space', src: 'space', input: memberInput },
        { id: 'fleet', src: 'fleet', input: fleetInput },
      ],
      on: {
        'download.approve': [
          { guard: 'isForAlways', actions: ['passToFleet', 'allowMetered'] },
          { actions: 'passToFleet' },
        ],
        'download.*': { actions: 'passToFleet' },
        'policy.*': { actions: 'passToPolicy' },
        'portal.*': { actions: 'passToConditions' },
        'conditions.changed': { actions: 'passToFleet' },
        'probe.*': { actions: 'passToFleet' },
        'tasks.*': { actions: 'passToFleet' },
        'deadline.reached': { actions: 'passToFleet' },
        'space.measured': { actions: 'passToFleet' },
        'backoff.*': { actions: 'passToDeadline' },
        'version.rolledBack': { actions: ['passToFleet', 'tellRolledBack'] },
        'fleet.reported': { actions: 'tellOutside' },
        'stores.lost': 'booting',
        'heir.found': 'yielding',
        close: 'closing',
      },
      states: {
        leadership: {
          initial: 'leader',
          states: { leader: { description: 'Holds the lock of the stores.', tags: 'leader', entry: 'passOnEarly' } },
        },
        activity: {
          initial: 'idle',
          states: {
            idle: { on: { 'fleet.busy': 'busy' } },
            busy: { tags: 'busy', on: { 'fleet.idle': 'idle' } },
          },
        },
      },
    },
    yielding: {
      description: 'Nobody sees this page, and somebody sees another: that one is to lead.',
      tags: 'starting',
      invoke: { id: 'yielding', src: 'yielding', input: heirInput },
      on: {
        'leadership.left': 'following',
        'download.*': { actions: 'keepForLater' },
        'policy.*': { actions: 'keepForLater' },
        close: 'closing',
      },
    },
    closing: {
      description: 'Every transfer was stopped; what is written is flushed, then the lock is given up.',
      invoke: { id: 'shutdown', src: 'shutdown', input: memberInput },
      on: { 'shutdown.completed': 'closed' },
    },
    unavailable: { type: 'final', tags: 'unavailable' },
    closed: { type: 'final' },
  },
})

export type SupervisorActor = ActorRefFrom<typeof supervisorMachine>
