import { assign, setup } from 'xstate'

/**
 * A disk with room for one bundle, a plugin that has it, and a download that wants it. Paths through it are run against
 * something real: see {@link createModelRun}.
 */
export interface SpaceModelContext {
  /** `deleted`: by a person, while it is in use. */
  readonly old: 'there' | 'deleted' | 'gone'
  readonly pinned: boolean
  /** Whether it is in use. */
  readonly open: boolean
  /** Whether there is room for both by now. */
  readonly roomy: boolean
}

export type SpaceModelEvent =
  /** The old plugin is not to be removed. */
  | { type: 'pin' }
  | { type: 'unpin' }
  /** The old plugin is used from now on. */
  | { type: 'open' }
  | { type: 'close' }
  /** A person removes the old plugin. */
  | { type: 'delete' }
  /** The new one is downloaded. */
  | { type: 'start' }
  | { type: 'cancel' }
  /** Its bytes come. */
  | { type: 'finish' }
  /** Somebody else makes room for both, and some time passes. */
  | { type: 'make room' }
  /** The process ends, and another one opens the same stores. */
  | { type: 'restart' }

/** `before`: nothing is downloaded. `fetching`: there is room, made or found, and bytes may come. */
export const spaceModel = setup({
  types: { context: {} as SpaceModelContext, events: {} as SpaceModelEvent },
  guards: {
    isInTheWay: ({ context: { old, pinned, open, roomy } }) =>
      !roomy && ((old === 'there' && (pinned || open)) || (old === 'deleted' && open)),
    isThere: ({ context }) => context.old === 'there',
    isClosed: ({ context }) => context.old === 'there' && !context.open,
    isOpen: ({ context }) => context.open,
    isUnpinned: ({ context }) => context.old === 'there' && !context.pinned,
    isPinned: ({ context }) => context.old === 'there' && context.pinned,
    isPinnedAndOpen: ({ context }) => context.pinned && context.open,
    staysInUse: ({ context }) => context.old === 'there' && context.open,
    staysPinned: ({ context }) => context.old === 'there' && context.pinned,
    isCramped: ({ context }) => !context.roomy,
  },
  actions: {
    pin: assign({ pinned: true }),
    unpin: assign({ pinned: false }),
    open: assign({ open: true }),
    close: assign({ open: false, old: ({ context }) => (context.old === 'deleted' ? 'gone' : context.old) }),
    delete: assign({ pinned: false, old: ({ context }) => (context.open ? 'deleted' : 'gone') }),
    makeRoom: assign({ roomy: true }),
    evict: assign(({ context }) => (context.roomy ? context : { old: 'gone', pinned: false, open: false })),
  },
}).createMachine({
  id: 'space',
  context: { old: 'there', pinned: false, open: false, roomy: false },
  initial: 'before',
  states: {
    before: {
      on: {
        pin: { guard: 'isUnpinned', actions: 'pin' },
        unpin: { guard: 'isPinned', actions: 'unpin' },
        open: { guard: 'isClosed', actions: 'open' },
        close: { guard: 'isOpen', actions: 'close' },
        delete: { guard: 'isThere', actions: 'delete' },
        'make room': { guard: 'isCramped', actions: 'makeRoom' },
        start: [
          { guard: 'isInTheWay', target: 'waiting' },
          { target: 'fetching', actions: 'evict' },
        ],
        restart: { actions: 'close' },
      },
    },
    waiting: {
      on: {
        pin: { guard: 'isUnpinned', actions: 'pin' },
        unpin: [
          { guard: 'isPinnedAndOpen', actions: 'unpin' },
          { guard: 'isPinned', target: 'fetching', actions: ['unpin', 'evict'] },
        ],
        open: { guard: 'isClosed', actions: 'open' },
        close: [
          { guard: 'isPinnedAndOpen', actions: 'close' },
          { guard: 'isOpen', target: 'fetching', actions: ['close', 'evict'] },
        ],
        delete: [
          { guard: 'staysInUse', actions: 'delete' },
          { guard: 'isThere', target: 'fetching', actions: 'delete' },
        ],
        'make room': { target: 'fetching', actions: 'makeRoom' },
        cancel: 'before',
        start: {},
        restart: [
          { guard: 'staysPinned', actions: 'close' },
          { target: 'fetching', actions: ['close', 'evict'] },
        ],
      },
    },
    fetching: {
      on: {
        finish: 'done',
        cancel: 'before',
        restart: { actions: 'close' },
      },
    },
    done: { on: { restart: { actions: 'close' } } },
  },
})
