import { assign, setup } from 'xstate'

/**
 * The life of an update beside a version that works, as an app sees it: only what happens, and which version runs then.
 * Paths through it are run against something real: see {@link createModelRun}.
 */
export interface ActivationModelContext {
  /** How often the process died while the update was on trial. */
  readonly deaths: number
  /** Whether silence counts as consent. */
  readonly confirm: 'automatic' | 'explicit'
}

export const MODEL_MAX_TRIALS = 3

export type ActivationModelEvent =
  /** From now on the app says itself when a version works: silence is failure. */
  | { type: 'demand a word' }
  /** The update's code runs. */
  | { type: 'run' }
  /** Ten seconds pass. */
  | { type: 'wait' }
  | { type: 'confirmHealthy' }
  | { type: 'reportFailure' }
  /** The process dies, and another one opens the same stores. */
  | { type: 'die' }
  /** The process ends in order, and another one opens the same stores. */
  | { type: 'restart' }
  | { type: 'rollback' }
  | { type: 'release' }
  /** More time passes than a quarantine takes. */
  | { type: 'outlast' }
  /** The update is downloaded again. */
  | { type: 'install' }

/** `untried`, `trial` and `healthy`: the update is active. In all other states the version before is. */
export const activationModel = setup({
  types: {
    context: {} as ActivationModelContext,
    events: {} as ActivationModelEvent,
  },
  guards: {
    isSilenceConsent: ({ context }) => context.confirm === 'automatic',
    mayDemand: ({ context }) => context.confirm === 'automatic' && context.deaths === 0,
    survives: ({ context }) => context.deaths + 1 < MODEL_MAX_TRIALS,
  },
  actions: {
    countDeath: assign({ deaths: ({ context }) => context.deaths + 1 }),
    demandWord: assign({ confirm: 'explicit' }),
    forgetDeaths: assign({ deaths: 0 }),
  },
}).createMachine({
  id: 'activation',
  context: { deaths: 0, confirm: 'automatic' },
  initial: 'untried',
  states: {
    untried: {
      on: {
        'demand a word': { guard: 'mayDemand', actions: 'demandWord' },
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
        wait: [
          { guard: 'isSilenceConsent', target: 'healthy', actions: 'forgetDeaths' },
          { target: 'quarantined', actions: 'forgetDeaths' },
        ],
        confirmHealthy: { target: 'healthy', actions: 'forgetDeaths' },
        reportFailure: { target: 'quarantined', actions: 'forgetDeaths' },
        die: [
          { guard: 'survives', target: 'untried', actions: 'countDeath' },
          { target: 'quarantined', actions: 'forgetDeaths' },
        ],
        restart: 'untried',
        rollback: { target: 'leftUntried', actions: 'forgetDeaths' },
        release: {},
        install: {},
      },
    },
    healthy: {
      on: {
        run: {},
        wait: {},
        confirmHealthy: {},
        reportFailure: {},
        die: {},
        restart: {},
        release: {},
        install: {},
        rollback: 'leftHealthy',
      },
    },
    quarantined: {
      description: 'It is refused, also when it is offered again.',
      on: { install: {}, run: {}, wait: {}, die: {}, restart: {}, release: 'leftUntried', outlast: 'outlasted' },
    },
    outlasted: {
      description: 'It is not used by itself, and no more refused.',
      on: { install: 'untried', run: {}, die: {}, restart: {}, release: 'leftUntried' },
    },
    leftUntried: {
      description: 'The version before is active, and nothing is held against the update.',
      on: { rollback: 'untried', install: 'untried', run: {}, die: {}, restart: {}, release: {} },
    },
    leftHealthy: { on: { rollback: 'healthy', install: 'healthy', run: {}, die: {}, restart: {}, release: {} } },
  },
})
