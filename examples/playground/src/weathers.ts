import type { Strike, Weather } from './origin.js'

interface Words {
  readonly title: string
  /** In a few words, for the side bar. */
  readonly short: string
  /** What to expect. */
  readonly effect: string
}

export const WEATHERS: Readonly<Record<Weather, Words>> = {
  clear: { title: 'All is well', short: 'Origin is well', effect: 'Downloads run at the speed set below.' },
  offline: {
    title: 'Offline',
    short: 'Origin is offline',
    effect: 'No connection comes through. Downloads stop and try again, then go on where they were.',
  },
  busy: {
    title: 'Server busy (503)',
    short: 'Origin is busy',
    effect: 'Every request is turned away, with a time to come back. Downloads wait for that.',
  },
  stalled: {
    title: 'Stall',
    short: 'Origin is stalled',
    effect: 'Connections stay open, and no byte comes. After six seconds of silence a new one is made.',
  },
}

export const STRIKES: Readonly<Record<Strike, Words>> = {
  cut: {
    title: 'Cut the connection',
    short: 'Cut',
    effect: 'Breaks what is downloading now, once. The next request begins at the first missing byte.',
  },
  damage: {
    title: 'Damage a part',
    short: 'Damage',
    effect: 'One byte arrives changed. Its part is thrown away as it comes, and asked for again.',
  },
}
