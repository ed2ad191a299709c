import type { Messages, Situation } from './messages.js'

type Waits = Pick<Messages['situations'], Extract<Situation, `wait:${string}`>>

/** Why a download does not move, in English. */
export const ENGLISH_WAITS: Waits = {
  'wait:slot': {
    title: 'Up next',
    sentence: {
      one: 'Starts when the running download ends',
      other: 'Starts when one of the {n} running downloads ends',
    },
  },
  'wait:slot:later': { title: 'Waiting for its turn', sentence: '{ordinal} in line' },
  'wait:origin-slot': { title: 'Up next', sentence: '{host} is already sending as much as it should' },
  'wait:same-plugin': { title: 'Up next', sentence: 'Starts when the other download of this plugin ends' },
  'wait:new-leader': { title: 'One moment', sentence: 'Another tab was closed, this one takes over' },
  'wait:background': { title: 'The browser goes on with it', sentence: 'Even when this page is closed' },
  'wait:backoff': {
    title: 'Trying again in {countdown}',
    stillTitle: 'Trying again in a few seconds',
    sentence: 'The connection was cut',
  },
  'wait:backoff:stall': {
    title: 'Trying again in {countdown}',
    stillTitle: 'Trying again in a few seconds',
    sentence: 'No data came for {stall}',
  },
  'wait:backoff:damaged': {
    title: 'Trying again in {countdown}',
    stillTitle: 'Trying again in a few seconds',
    sentence: 'A damaged part arrived and was thrown away',
  },
  'wait:server-busy': { title: 'The server is busy', sentence: 'It asked to come back at {at}' },
  'wait:server-busy:soon': {
    title: 'The server is busy',
    sentence: 'It asked to come back in {countdown}',
    stillSentence: 'It asked to come back in a moment',
  },
  'wait:fresh-link': { title: 'Getting a new link', sentence: 'The old one had expired' },
  'wait:offline': { title: "You're offline", sentence: "Goes on by itself when you're back" },
  'wait:captive-portal': {
    title: 'This network wants you to sign in',
    note: 'Open any web page to sign in. The download goes on by itself afterwards.',
  },
  'wait:metered': {
    title: 'Waiting to save your data',
    sentence: 'Goes on by itself on a connection without a data limit',
  },
  'wait:save-data': { title: 'Waiting, data saver is on', sentence: 'Goes on by itself when you turn it off' },
  'wait:consent': {
    title: 'Needs your OK',
    note: 'This connection may cost data. Download now, or it starts by itself on a connection without a data limit.',
  },
  'wait:space': {
    title: 'Needs[ {need}] more space',
    note: "There isn't enough room on this device. Free some up, and the download goes on by itself.",
  },
  'wait:space:stuck': {
    title: 'Needs[ {need}] more space',
    note: 'Everything here is pinned or in use. Unpin or close a plugin, or free space on the device.',
  },
  'wait:user': { title: 'Paused', sentence: '{done} are safe on this device' },
  'wait:user:empty': { title: 'Paused', sentence: 'Nothing downloaded yet' },
}
