import { type ActorRefFrom, assertEvent, assign, setup } from 'xstate'
import type {
  ActivationActors,
  ActivationContext,
  ActivationEffectInput,
  ActivationEvent,
  ActivationInput,
  ActivationOutput,
  ActivationTag,
} from './activation.types.js'
import { declared } from './declared.js'

const effectInput = ({ context }: { context: ActivationContext }): ActivationEffectInput => ({ trial: context })

/**
 * The trial of one installed version: from the moment its code is about to run until it counts as working, or makes
 * way for the version before. It decides; what it invokes writes.
 */
export const activationMachine = setup({
  types: {
    context: {} as ActivationContext,
    events: {} as ActivationEvent,
    input: {} as ActivationInput,
    output: {} as ActivationOutput,
    tags: '' as ActivationTag,
  },
  actors: {
    recordTrial: declared<ActivationActors['recordTrial']>(),
    observe: declared<ActivationActors['observe']>(),
    recordHealth: declared<ActivationActors['recordHealth']>(),
    rollBack: declared<ActivationActors['rollBack']>(),
  },
  guards: {
    isExplicit: ({ context }) => context.confirm === 'explicit',
  },
  actions: {
    rememberReason: assign(({ event }) => {
      assertEvent(event, 'plugin.failed')
      return { reason: event.reason }
    }),
    blameSilence: assign({ reason: 'it was not confirmed in time' }),
  },
}).createMachine({
  id: 'activation',
  context: ({ input }) => ({ ...input, reason: '' }),
  initial: 'recording',
  // each final state owns its output: XState hands it over as the event's
  output: ({ event }) => event.output as ActivationOutput,
  states: {
    recording: {
      description: 'No code runs before the records say that it will.',
      tags: 'trial',
      invoke: { id: 'recordTrial', src: 'recordTrial', input: effectInput },
      on: { 'trial.recorded': 'trying', 'trial.unrecorded': 'unrecorded', 'trial.abandoned': 'abandoned' },
    },
    trying: {
      tags: 'trial',
      initial: 'deciding',
      on: {
        'plugin.confirmed': 'confirming',
        'plugin.failed': { target: 'rollingBack', actions: 'rememberReason' },
        'trial.abandoned': 'abandoned',
      },
      states: {
        deciding: { always: [{ guard: 'isExplicit', target: 'awaiting' }, { target: 'starting' }] },
        starting: {
          description: 'What has not started cannot have proven itself: no time counts yet.',
          on: { 'plugin.started': 'enduring' },
        },
        enduring: {
          description: 'Silence is consent.',
          invoke: { id: 'observe', src: 'observe', input: effectInput },
          on: { 'time.passed': '#activation.confirming' },
        },
        awaiting: {
          description: 'Silence is failure.',
          invoke: { id: 'observe', src: 'observe', input: effectInput },
          on: { 'time.passed': { target: '#activation.rollingBack', actions: 'blameSilence' } },
        },
      },
    },
    confirming: {
      tags: 'trial',
      invoke: { id: 'recordHealth', src: 'recordHealth', input: effectInput },
      on: {
        'health.recorded': 'healthy',
        'health.unrecorded': 'unconfirmed',
        'plugin.failed': { target: 'rollingBack', actions: 'rememberReason' },
        'trial.abandoned': 'abandoned',
      },
    },
    unconfirmed: {
      description: 'It works and that could not be written: tried again when as much time has passed once more.',
      tags: 'trial',
      invoke: { id: 'observe', src: 'observe', input: effectInput },
      on: {
        'time.passed': 'confirming',
        'plugin.confirmed': 'confirming',
        'plugin.failed': { target: 'rollingBack', actions: 'rememberReason' },
        'trial.abandoned': 'abandoned',
      },
    },
    rollingBack: {
      tags: 'trial',
      invoke: { id: 'rollBack', src: 'rollBack', input: effectInput },
      on: { 'failure.recorded': 'rolledBack', 'failure.unrecorded': 'unrecorded' },
    },
    healthy: { type: 'final', tags: 'healthy', output: { outcome: 'healthy' } },
    rolledBack: { type: 'final', tags: 'rolledBack', output: { outcome: 'rolledBack' } },
    abandoned: { type: 'final', output: { outcome: 'abandoned' } },
    unrecorded: {
      description: 'The stores could not be written: what the records say stands, and the next start judges.',
      type: 'final',
      output: { outcome: 'unrecorded' },
    },
  },
})

export type ActivationActor = ActorRefFrom<typeof activationMachine>
