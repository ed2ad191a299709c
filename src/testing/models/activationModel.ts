import { assign, setup } from 'xstate'

/**
 * The life of an update beside a version that works, as an app sees it: only what happens, and which version runs then.
 * Paths through it are run against a real dock; see `activationModelEvents` for what each event stands for.
 */
export interface ActivationModelContext {
  /** How often the process died while the update was on trial. */
  readonly deaths: number
}

export const MODEL_MAX_TRIALS = 3

export const activationModelEvents = [
  /** The update's code runs. */
  { type: 'run' },
  /** Ten seconds pass. */
  { type: 'wait' },
  { type: 'confirmHealthy' },
  { type: 'reportFailure' },
  /** The process dies, and another one opens the same stores. */
  { type: 'die' },
  /** The process ends in order, and another one opens the same stores. */
  { type: 'restart' },
  { type: 'rollback' },
  { type: 'release' },
  /** The update is downloaded again. */
  { type: 'install' },
] as const

export type ActivationModelEvent = (typeof activationModelEvents)[number]

/** `untried`, `trial` and `healthy`: the update is active. In all other states the version before is. */
export const activationModel = setup({
  types: {
    context: {} as ActivationModelContext,
    events: {} as ActivationModelEvent,
  },
  guards: {
    survives: ({ context }) => context.deaths + 1 < MODEL_MAX_TRIALS,
  },
  actions: {
    countDeath: assign({ deaths: ({ context }) => context.deaths + 1 }),
    forgetDeaths: assign({ deaths: 0 }),
  },
}).createMachine({
  id: 'activation model',
  context: { deaths: 0 },
  initial: 'untried',
  states: {
    untried: {
      on: {
        run: 'trial',
        confirmHealthy: { target: 'healthy', actions: 'forgetDeaths' },
        reportFailure: { target: 'quarantined', actions: 'forgetDeaths' },
        die: {},
        restart: {},
        rollback: { target: 'leftUntried', actions: 'forgetDeaths' },
        release: {},
        install: {},
      },
    },
    trial: {
      on: {
        run: {},
        wait: { target: 'healthy', actions: 'forgetDeaths' },
        confirmHealthy: { target: 'healthy', actions: 'forgetDeaths' },
        reportFailure: { target: 'quarantined', actions: 'forgetDeaths' },
        die: [
          { guard: 'survives', target: 'untried', actions: 'countDeath' },
          { target: 'quarantined', actions: 'forgetDeaths' },
        ],
        restart: 'untried',
        rollback: { target: 'leftUntried', actions: 'forgetDeaths' },
      },
    },
    healthy: {
      on: { run: {}, wait: {}, reportFailure: {}, die: {}, restart: {}, install: {}, rollback: 'leftHealthy' },
    },
    quarantined: {
      description: 'It is refused, also when it is offered again.',
      on: { install: {}, die: {}, restart: {}, release: 'leftUntried' },
    },
    leftUntried: {
      description: 'The version before is active, and nothing is held against the update.',
      on: { rollback: 'untried', install: 'untried', die: {}, restart: {} },
    },
    leftHealthy: { on: { rollback: 'healthy', install: 'healthy', die: {}, restart: {} } },
  },
})
