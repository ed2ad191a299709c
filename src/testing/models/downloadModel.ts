import { assign, setup } from 'xstate'

/**
 * The life of a download as a user sees it: no timers, no invokes, only what happens and what is seen then. It knows
 * nothing of the charts. Paths through it are run against something real: see {@link createModelRun}.
 */
export interface DownloadModelContext {
  /** 1 for the first. */
  readonly attempt: number
  /** What stands in its way, whether it has met it yet or not. One at a time. */
  readonly hindrance: 'none' | 'slot' | 'disk' | 'offline' | 'metered'
  /** What it backs off for: the line, a server that fails, or one that said when to come back. */
  readonly backoff: 'none' | 'line' | 'server' | 'asked'
  /** Whether somebody said that it may cost. */
  readonly approved: boolean
}

/** So many attempts a download is to be given. */
export const MODEL_MAX_ATTEMPTS = 3

export type DownloadModelEvent =
  /** The app asks for it, also where it is under way, paused or failed: then it goes on. */
  | { type: 'start' }
  /** Another download has the only turn. */
  | { type: 'take the slot' }
  | { type: 'free the slot' }
  /** Something else takes all the room on the disk. */
  | { type: 'fill the disk' }
  /** Room is made from outside, and some time passes. */
  | { type: 'make room' }
  | { type: 'go offline' }
  | { type: 'go online' }
  /** The network costs from now on, and the download is large enough to be asked about. */
  | { type: 'go metered' }
  | { type: 'go unmetered' }
  | { type: 'approve' }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'cancel' }
  | { type: 'retry' }
  | { type: 'dismiss' }
  /** The connection breaks before a chunk was complete. */
  | { type: 'cut' }
  /** The server sends nothing for so long that nobody waits any more. */
  | { type: 'stall' }
  /** The next request is answered with 503. */
  | { type: 'answer 503' }
  /** The next request is answered with 429, and with when to come back. */
  | { type: 'answer 429' }
  /** The next request is answered with 404. */
  | { type: 'answer 404' }
  /** The server sends what is missing, and never the right bytes. */
  | { type: 'damage' }
  /** The server sends what is missing. */
  | { type: 'finish' }
  /** The back-off passes. */
  | { type: 'wait' }
  /** The process dies, and another one opens the same stores. */
  | { type: 'crash' }
  /** The dock is closed in order, and opened again. */
  | { type: 'restart' }
  /** What was installed turns out not to work, and a version before it does. */
  | { type: 'fail the trial' }

/** Wherever it may go on: into the first thing that stands in its way. */
const goesOn = [
  { guard: 'isAsked', target: 'retrying' },
  { guard: 'isOffline', target: 'awaitingNetwork' },
  { guard: 'isMetered', target: 'awaitingConsent' },
  { guard: 'isTaken', target: 'queued' },
  { guard: 'isFull', target: 'awaitingSpace' },
  { target: 'downloading' },
] as const

/** The same, where no back-off is waited for any more. */
const goesOnAtOnce = goesOn.slice(1).map((way) => ({ ...way, actions: 'endBackoff' as const }))

const comesBack = { crash: {}, restart: {} } as const

/** Whoever has its turn asks for room anew. */
const comesBackToFetch = [{ guard: 'isFull', target: 'awaitingSpace' }, {}] as const

/** States carry the names of `DownloadState`, but for `idle` and `dismissed`. */
export const downloadModel = setup({
  types: {
    context: {} as DownloadModelContext,
    events: {} as DownloadModelEvent,
  },
  guards: {
    isAsked: ({ context }) => context.backoff === 'asked',
    isOffline: ({ context }) => context.hindrance === 'offline',
    isMetered: ({ context }) => context.hindrance === 'metered',
    isTaken: ({ context }) => context.hindrance === 'slot',
    isFull: ({ context }) => context.hindrance === 'disk',
    isUnhindered: ({ context }) => context.hindrance === 'none',
    /** Where nothing has happened so far: what is the same at all times is tried once. */
    isPlain: ({ context: { attempt, hindrance, backoff, approved } }) =>
      hindrance === 'none' && attempt === 1 && backoff === 'none' && !approved,
    isApproved: ({ context }) => context.approved,
    mayBeHindered: ({ context: { attempt, hindrance, approved } }) =>
      hindrance === 'none' && attempt < MODEL_MAX_ATTEMPTS && !approved,
    mayTryAgain: ({ context }) => context.attempt < MODEL_MAX_ATTEMPTS,
    isOfLine: ({ context }) => context.backoff === 'line',
    isOnItsOwn: ({ context }) => context.backoff !== 'asked',
  },
  actions: {
    takeSlot: assign({ hindrance: 'slot' }),
    fillDisk: assign({ hindrance: 'disk' }),
    goOffline: assign({ hindrance: 'offline' }),
    goMetered: assign({ hindrance: 'metered' }),
    clearTheWay: assign({ hindrance: 'none' }),
    approve: assign({ approved: true }),
    backOffForLine: assign({ backoff: 'line', attempt: ({ context }) => context.attempt + 1 }),
    backOffForServer: assign({ backoff: 'server', attempt: ({ context }) => context.attempt + 1 }),
    backOffAsAsked: assign({ backoff: 'asked', attempt: ({ context }) => context.attempt + 1 }),
    endBackoff: assign({ backoff: 'none' }),
    forgetAttempt: assign({ backoff: 'none', attempt: ({ context }) => context.attempt - 1 }),
    endOwnBackoff: assign({ backoff: ({ context }) => (context.backoff === 'asked' ? 'asked' : 'none') }),
    startOver: assign({ attempt: 1 }),
    settle: assign({ attempt: 1, hindrance: 'none', backoff: 'none', approved: false }),
  },
}).createMachine({
  id: 'download',
  context: { attempt: 1, hindrance: 'none', backoff: 'none', approved: false },
  initial: 'idle',
  states: {
    idle: {
      on: {
        start: goesOn,
        'take the slot': { guard: 'isUnhindered', actions: 'takeSlot' },
        'fill the disk': { guard: 'isUnhindered', actions: 'fillDisk' },
        'go offline': { guard: 'isUnhindered', actions: 'goOffline' },
        'go metered': { guard: 'isUnhindered', actions: 'goMetered' },
      },
    },
    queued: {
      on: {
        'free the slot': { target: 'downloading', actions: 'clearTheWay' },
        start: {},
        pause: 'paused',
        resume: {},
        cancel: { target: 'cancelled', actions: 'settle' },
        retry: {},
        dismiss: {},
        ...comesBack,
      },
    },
    downloading: {
      on: {
        cut: [{ guard: 'mayTryAgain', target: 'retrying', actions: 'backOffForLine' }, { target: 'failed' }],
        stall: { guard: 'isPlain', target: 'retrying', actions: 'backOffForLine' },
        'answer 503': { guard: 'isPlain', target: 'retrying', actions: 'backOffForServer' },
        'answer 429': { guard: 'isPlain', target: 'retrying', actions: 'backOffAsAsked' },
        'answer 404': { guard: 'isPlain', target: 'failed' },
        damage: { guard: 'isPlain', target: 'failed' },
        finish: [
          { guard: 'isFull', target: 'awaitingSpace' },
          { target: 'installed', actions: 'settle' },
        ],
        'fill the disk': { guard: 'isPlain', actions: 'fillDisk' },
        'go offline': { guard: 'isPlain', target: 'awaitingNetwork', actions: 'goOffline' },
        'go metered': [{ guard: 'isPlain', target: 'awaitingConsent', actions: 'goMetered' }, { guard: 'isApproved' }],
        approve: { guard: 'isPlain', actions: 'approve' },
        start: { guard: 'isPlain' },
        pause: 'paused',
        resume: { guard: 'isPlain' },
        cancel: { target: 'cancelled', actions: 'settle' },
        retry: { guard: 'isPlain' },
        dismiss: { guard: 'isPlain' },
        crash: comesBackToFetch,
        restart: comesBackToFetch,
      },
    },
    retrying: {
      on: {
        wait: goesOnAtOnce,
        retry: goesOnAtOnce,
        resume: goesOnAtOnce,
        start: {},
        dismiss: {},
        crash: [{ guard: 'isAsked' }, ...goesOnAtOnce],
        restart: [{ guard: 'isAsked' }, ...goesOnAtOnce],
        'fill the disk': { guard: 'mayBeHindered', actions: 'fillDisk' },
        'go offline': [
          { guard: 'isOfLine', target: 'awaitingNetwork', actions: ['goOffline', 'forgetAttempt'] },
          { guard: 'mayBeHindered', actions: 'goOffline' },
        ],
        'go online': { guard: 'isOffline', actions: 'clearTheWay' },
        'go metered': { guard: 'mayBeHindered', actions: 'goMetered' },
        pause: { target: 'paused', actions: 'endOwnBackoff' },
        cancel: { target: 'cancelled', actions: 'settle' },
      },
    },
    awaitingNetwork: {
      on: {
        'go online': { target: 'downloading', actions: 'clearTheWay' },
        start: {},
        pause: 'paused',
        resume: {},
        cancel: { target: 'cancelled', actions: 'settle' },
        retry: {},
        dismiss: {},
        ...comesBack,
      },
    },
    awaitingConsent: {
      on: {
        approve: { target: 'downloading', actions: ['approve', 'clearTheWay'] },
        'go unmetered': { target: 'downloading', actions: 'clearTheWay' },
        start: {},
        pause: 'paused',
        resume: {},
        cancel: { target: 'cancelled', actions: 'settle' },
        retry: {},
        dismiss: {},
        ...comesBack,
      },
    },
    awaitingSpace: {
      on: {
        'make room': { target: 'downloading', actions: 'clearTheWay' },
        start: {},
        pause: 'paused',
        resume: {},
        cancel: { target: 'cancelled', actions: 'settle' },
        retry: {},
        dismiss: {},
        ...comesBack,
      },
    },
    paused: {
      on: {
        start: goesOn,
        resume: goesOn,
        pause: { guard: 'isPlain' },
        cancel: { target: 'cancelled', actions: 'settle' },
        retry: { guard: 'isPlain' },
        dismiss: { guard: 'isPlain' },
        'free the slot': { guard: 'isTaken', actions: 'clearTheWay' },
        'fill the disk': { guard: 'isPlain', actions: 'fillDisk' },
        'make room': { guard: 'isFull', actions: 'clearTheWay' },
        'go offline': { guard: 'isPlain', actions: 'goOffline' },
        'go online': { guard: 'isOffline', actions: 'clearTheWay' },
        'go metered': { guard: 'isPlain', actions: 'goMetered' },
        'go unmetered': { guard: 'isMetered', actions: 'clearTheWay' },
        ...comesBack,
      },
    },
    failed: {
      on: {
        start: goesOn.map((way) => ({ ...way, actions: 'startOver' as const })),
        retry: goesOn.map((way) => ({ ...way, actions: 'startOver' as const })),
        pause: {},
        resume: {},
        cancel: { target: 'cancelled', actions: 'settle' },
        dismiss: { target: 'dismissed', actions: 'settle' },
        ...comesBack,
      },
    },
    installed: {
      on: {
        'fail the trial': 'rolledBack',
        pause: {},
        resume: {},
        cancel: {},
        retry: {},
        dismiss: 'dismissed',
        ...comesBack,
      },
    },
    rolledBack: { on: { pause: {}, resume: {}, cancel: {}, retry: {}, dismiss: 'dismissed', ...comesBack } },
    cancelled: { on: { pause: {}, resume: {}, cancel: {}, retry: {}, dismiss: 'dismissed', ...comesBack } },
    dismissed: { on: { pause: {}, resume: {}, cancel: {}, retry: {}, dismiss: {}, ...comesBack } },
  },
})
