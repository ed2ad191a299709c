import { assign, setup } from 'xstate'

/**
 * The life of a download as a user sees it: no timers, no invokes, only what happens and what is seen then. Paths
 * through it are run against a real dock; see `downloadModelEvents` for what each event stands for.
 */
export interface DownloadModelContext {
  /** 1 for the first. */
  readonly attempt: number
  /** Whether another download has the only turn. */
  readonly slot: 'free' | 'taken'
  /** Whether the disk has room for the bundle. */
  readonly room: 'enough' | 'none'
}

export const MODEL_MAX_ATTEMPTS = 3

export const downloadModelEvents = [
  /** The app starts the download, and it is its turn. */
  { type: 'start' },
  /** The app starts it while another one has the only turn. */
  { type: 'start while busy' },
  /** The app starts it while the disk has no room. */
  { type: 'start while full' },
  /** The other download is cancelled. */
  { type: 'free the slot' },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'cancel' },
  { type: 'retry' },
  { type: 'dismiss' },
  /** The connection breaks before a chunk was complete. */
  { type: 'cut' },
  /** The server sends what is missing. */
  { type: 'finish' },
  /** Something else takes all the room on the disk. */
  { type: 'fill the disk' },
  /** Room is made from outside, and some time passes. */
  { type: 'make room' },
  /** The back-off passes. */
  { type: 'wait' },
  /** The process dies, and another one opens the same stores. */
  { type: 'crash' },
] as const

export type DownloadModelEvent = (typeof downloadModelEvents)[number]

/** States carry the names of `DownloadState`, but for `idle` and `dismissed`. */
export const downloadModel = setup({
  types: {
    context: {} as DownloadModelContext,
    events: {} as DownloadModelEvent,
  },
  guards: {
    isTaken: ({ context }) => context.slot === 'taken',
    isFull: ({ context }) => context.room === 'none',
    mayFill: ({ context }) => context.slot === 'free' && context.room === 'enough',
    mayTryAgain: ({ context }) => context.attempt < MODEL_MAX_ATTEMPTS,
  },
  actions: {
    takeSlot: assign({ slot: 'taken' }),
    freeSlot: assign({ slot: 'free' }),
    fill: assign({ room: 'none' }),
    makeRoom: assign({ room: 'enough' }),
    countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
    startOver: assign({ attempt: 1 }),
  },
}).createMachine({
  id: 'downloadModel',
  context: { attempt: 1, slot: 'free', room: 'enough' },
  initial: 'idle',
  states: {
    idle: {
      on: {
        start: 'downloading',
        'start while busy': { target: 'queued', actions: 'takeSlot' },
        'start while full': { target: 'awaitingSpace', actions: 'fill' },
      },
    },
    queued: {
      on: {
        'free the slot': { target: 'downloading', actions: 'freeSlot' },
        pause: 'paused',
        cancel: 'cancelled',
        crash: 'queued',
      },
    },
    downloading: {
      on: {
        cut: [{ guard: 'mayTryAgain', target: 'retrying', actions: 'countAttempt' }, { target: 'failed' }],
        finish: 'installed',
        pause: 'paused',
        cancel: 'cancelled',
        crash: 'downloading',
      },
    },
    retrying: {
      on: {
        wait: [{ guard: 'isFull', target: 'awaitingSpace' }, { target: 'downloading' }],
        retry: [{ guard: 'isFull', target: 'awaitingSpace' }, { target: 'downloading' }],
        crash: [{ guard: 'isFull', target: 'awaitingSpace' }, { target: 'downloading' }],
        'fill the disk': { guard: 'mayFill', actions: 'fill' },
        pause: 'paused',
        cancel: 'cancelled',
      },
    },
    awaitingSpace: {
      on: {
        'make room': { target: 'downloading', actions: 'makeRoom' },
        resume: 'awaitingSpace',
        pause: 'paused',
        cancel: 'cancelled',
        crash: 'awaitingSpace',
      },
    },
    paused: {
      on: {
        resume: [
          { guard: 'isTaken', target: 'queued' },
          { guard: 'isFull', target: 'awaitingSpace' },
          { target: 'downloading' },
        ],
        'fill the disk': { guard: 'mayFill', actions: 'fill' },
        cancel: 'cancelled',
        crash: 'paused',
      },
    },
    failed: {
      on: { retry: { target: 'downloading', actions: 'startOver' }, dismiss: 'dismissed', crash: 'failed' },
    },
    installed: { on: { crash: 'installed', dismiss: 'dismissed' } },
    cancelled: { on: { crash: 'cancelled', dismiss: 'dismissed' } },
    dismissed: {},
  },
})
