import { assign, setup } from 'xstate'

type Page = 'closed' | 'seen' | 'hidden'

/**
 * Two pages over the same stores: which of them leads. Paths through it are run against something real: see
 * {@link createModelRun}.
 */
export interface LeadershipModelContext {
  readonly first: Page
  readonly second: Page
}

export type LeadershipModelEvent =
  /** A person opens it, and sees it from then on. */
  | { type: 'open first' }
  | { type: 'open second' }
  | { type: 'hide first' }
  | { type: 'hide second' }
  | { type: 'show first' }
  | { type: 'show second' }
  | { type: 'close first' }
  | { type: 'close second' }
  /** Its script runs in circles, and the other one, which is seen, wants something. It never wakes. */
  | { type: 'hang first' }
  | { type: 'hang second' }

/** Whoever leads keeps the lead for as long as it is there, answers, and is no less seen than the other. */
export const leadershipModel = setup({
  types: { context: {} as LeadershipModelContext, events: {} as LeadershipModelEvent },
  guards: {
    firstIsClosed: ({ context }) => context.first === 'closed',
    firstIsHidden: ({ context }) => context.first === 'hidden',
    firstIsOpen: ({ context }) => context.first !== 'closed',
    firstIsSeen: ({ context }) => context.first === 'seen',
    secondIsClosed: ({ context }) => context.second === 'closed',
    secondIsHidden: ({ context }) => context.second === 'hidden',
    secondIsOpen: ({ context }) => context.second !== 'closed',
    secondIsSeen: ({ context }) => context.second === 'seen',
    secondIsToLead: ({ context }) => context.first === 'hidden' && context.second === 'closed',
    firstIsToLead: ({ context }) => context.second === 'hidden' && context.first === 'closed',
    bothAreHidden: ({ context }) => context.first === 'hidden' && context.second === 'hidden',
    bothAreSeen: ({ context }) => context.first === 'seen' && context.second === 'seen',
  },
  actions: {
    seeFirst: assign({ first: 'seen' }),
    hideFirst: assign({ first: 'hidden' }),
    loseFirst: assign({ first: 'closed' }),
    seeSecond: assign({ second: 'seen' }),
    hideSecond: assign({ second: 'hidden' }),
    loseSecond: assign({ second: 'closed' }),
  },
}).createMachine({
  id: 'leadership',
  context: { first: 'closed', second: 'closed' },
  initial: 'nobody leads',
  states: {
    'nobody leads': {
      on: {
        'open first': { target: 'first leads', actions: 'seeFirst' },
        'open second': { target: 'second leads', actions: 'seeSecond' },
      },
    },
    'first leads': {
      on: {
        'open second': [
          { guard: 'secondIsToLead', target: 'second leads', actions: 'seeSecond' },
          { guard: 'secondIsClosed', actions: 'seeSecond' },
        ],
        'show second': [
          { guard: 'bothAreHidden', target: 'second leads', actions: 'seeSecond' },
          { guard: 'secondIsHidden', actions: 'seeSecond' },
        ],
        'hide second': { guard: 'secondIsSeen', actions: 'hideSecond' },
        'close second': { guard: 'secondIsOpen', actions: 'loseSecond' },
        'show first': { guard: 'firstIsHidden', actions: 'seeFirst' },
        'hide first': [
          { guard: 'bothAreSeen', target: 'second leads', actions: 'hideFirst' },
          { guard: 'firstIsSeen', actions: 'hideFirst' },
        ],
        'close first': [
          { guard: 'secondIsOpen', target: 'second leads', actions: 'loseFirst' },
          { target: 'nobody leads', actions: 'loseFirst' },
        ],
        'hang first': { guard: 'secondIsSeen', target: 'second leads', actions: 'loseFirst' },
      },
    },
    'second leads': {
      on: {
        'open first': [
          { guard: 'firstIsToLead', target: 'first leads', actions: 'seeFirst' },
          { guard: 'firstIsClosed', actions: 'seeFirst' },
        ],
        'show first': [
          { guard: 'bothAreHidden', target: 'first leads', actions: 'seeFirst' },
          { guard: 'firstIsHidden', actions: 'seeFirst' },
        ],
        'hide first': { guard: 'firstIsSeen', actions: 'hideFirst' },
        'close first': { guard: 'firstIsOpen', actions: 'loseFirst' },
        'show second': { guard: 'secondIsHidden', actions: 'seeSecond' },
        'hide second': [
          { guard: 'bothAreSeen', target: 'first leads', actions: 'hideSecond' },
          { guard: 'secondIsSeen', actions: 'hideSecond' },
        ],
        'close second': [
          { guard: 'firstIsOpen', target: 'first leads', actions: 'loseSecond' },
          { target: 'nobody leads', actions: 'loseSecond' },
        ],
        'hang second': { guard: 'firstIsSeen', target: 'first leads', actions: 'loseSecond' },
      },
    },
  },
})
