import { assign, setup } from 'xstate'

type Name = 'a' | 'b' | 'c'

/**
 * Three downloads and one turn: who runs, and who is next. Paths through it are run against something real: see
 * {@link createModelRun}.
 */
export interface AdmissionModelContext {
  readonly started: number
  readonly running: Name | 'nobody'
  /** Those who wait for their turn, the next one first. */
  readonly line: string
  readonly paused: Name | 'nobody'
  /** Whether `c` was given a higher priority than the others. */
  readonly preferred: boolean
}

export type AdmissionModelEvent =
  /** `a` at first, then `b`, then `c`. */
  | { type: 'start' }
  /** `c` is given a higher priority than the others. */
  | { type: 'prefer c' }
  | { type: 'pause the running' }
  | { type: 'resume the paused' }
  | { type: 'cancel the running' }
  | { type: 'cancel the next' }
  | { type: 'finish the running' }
  /** The process ends, and another one opens the same stores. */
  | { type: 'restart' }

/** Whoever is first in line runs where nobody does. */
function admit(context: AdmissionModelContext): AdmissionModelContext {
  const [next] = context.line
  if (context.running !== 'nobody' || next === undefined) return context
  return { ...context, running: next as Name, line: context.line.slice(1) } // reason: a line holds names only
}

/** Priority first, then who came first. */
function inOrder(line: string, preferred: boolean): string {
  const names = [...line].sort()
  return [
    ...names.filter((name) => preferred && name === 'c'),
    ...names.filter((name) => !preferred || name !== 'c'),
  ].join('')
}

function join(context: AdmissionModelContext, ...names: readonly string[]): AdmissionModelContext {
  return { ...context, line: inOrder(context.line + names.join(''), context.preferred) }
}

export const admissionModel = setup({
  types: { context: {} as AdmissionModelContext, events: {} as AdmissionModelEvent },
  guards: {
    maySomeoneStart: ({ context }) => context.started < 3,
    isAnyoneNext: ({ context }) => context.line !== '',
    // what was paused, and who was preferred, is looked at with no one lost on the way
    mayTakeItsTurn: ({ context: { paused, preferred, line } }) => paused === 'nobody' && !preferred && line !== '',
    mayPause: ({ context: { paused, preferred } }) => paused === 'nobody' && !preferred,
    isAnyonePaused: ({ context }) => context.paused !== 'nobody',
    mayPrefer: ({ context: { paused, preferred, line } }) =>
      paused === 'nobody' && !preferred && line.slice(1).includes('c'),
  },
  actions: {
    start: assign(({ context }) =>
      admit(join({ ...context, started: context.started + 1 }, 'abc'.charAt(context.started))),
    ),
    preferC: assign(({ context }) => join({ ...context, preferred: true })),
    pauseTheRunning: assign(({ context }) => {
      const paused = context.running
      return admit({ ...context, paused, running: 'nobody' })
    }),
    resumeThePaused: assign(({ context }) => admit(join({ ...context, paused: 'nobody' }, context.paused))),
    loseTheRunning: assign(({ context }) => admit({ ...context, running: 'nobody' })),
    loseTheNext: assign(({ context }) => ({ line: context.line.slice(1) })),
    beginAnew: assign(({ context }) => admit(join({ ...context, running: 'nobody' }, context.running))),
  },
}).createMachine({
  id: 'admission',
  context: { started: 0, running: 'nobody', line: '', paused: 'nobody', preferred: false },
  initial: 'idle',
  states: {
    idle: {
      on: {
        start: { guard: 'maySomeoneStart', target: 'busy', actions: 'start' },
        'resume the paused': { guard: 'isAnyonePaused', target: 'busy', actions: 'resumeThePaused' },
        restart: {},
      },
    },
    busy: {
      on: {
        start: { guard: 'maySomeoneStart', actions: 'start' },
        'prefer c': { guard: 'mayPrefer', actions: 'preferC' },
        'pause the running': [
          { guard: 'mayTakeItsTurn', actions: 'pauseTheRunning' },
          { guard: 'mayPause', target: 'idle', actions: 'pauseTheRunning' },
        ],
        'resume the paused': { guard: 'isAnyonePaused', actions: 'resumeThePaused' },
        'cancel the running': [
          { guard: 'mayTakeItsTurn', actions: 'loseTheRunning' },
          { guard: 'mayPause', target: 'idle', actions: 'loseTheRunning' },
        ],
        'cancel the next': { guard: 'mayTakeItsTurn', actions: 'loseTheNext' },
        'finish the running': [
          { guard: 'isAnyoneNext', actions: 'loseTheRunning' },
          { target: 'idle', actions: 'loseTheRunning' },
        ],
        restart: { actions: 'beginAnew' },
      },
    },
  },
})
