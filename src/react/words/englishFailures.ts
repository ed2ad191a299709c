import type { Messages, Situation } from './messages.js'

type Failures = Pick<Messages['situations'], Extract<Situation, `failure:${string}`>>

const KEPT = 'What you have so far is kept.'

/** Why a download failed, what holds and what helps, in English. */
export const ENGLISH_FAILURES: Failures = {
  'failure:network': { title: "Couldn't download", note: "{host} can't be reached.", kept: KEPT },
  'failure:http-status': {
    title: 'The server had a problem',
    note: '{host} answered with error {status}.',
    kept: KEPT,
  },
  'failure:http-status:access': {
    title: 'No access',
    note: '{host} wants you to sign in or use a new link.',
    kept: KEPT,
  },
  'failure:http-status:gone': {
    title: 'No longer there',
    note: "{host} doesn't have[ version {version}] any more. Ask the publisher for a new link.",
  },
  'failure:http-status:busy': {
    title: 'The server is busy',
    note: { one: '{host} turned the download away.', other: '{host} turned the download away {n} times.' },
    kept: 'What you have so far is kept; try later.',
  },
  'failure:stalled': {
    title: 'The download stood still',
    note: { one: 'No data came for {stall}.', other: 'No data came for {stall}, {n} times in a row.' },
    kept: KEPT,
  },
  'failure:integrity': {
    title: "The files didn't match",
    note: "What arrived isn't what the publisher released, so nothing of it was installed.",
  },
  'failure:signature': {
    title: 'Publisher not confirmed',
    note: "The signature isn't from a publisher this app trusts, so nothing was installed.",
  },
  'failure:manifest': {
    title: 'Not a plugin description',
    note: "What {host} sent can't be read as a plugin, so nothing was changed. Check the address.",
  },
  'failure:storage-full': {
    title: 'Too big for the space',
    note: '{name} needs {need}[; {limit} are set aside for plugins]. Nothing was removed.',
  },
  'failure:storage': {
    title: "Couldn't save",
    note: 'The device refused to write. Installed plugins are unchanged. In a private window, use a normal one.',
  },
  'failure:archive': {
    title: "Can't be unpacked",
    note: 'The package arrived whole but is faulty or unsafe inside, so nothing was installed. The publisher has to mend it.',
  },
  'failure:cancelled': {
    title: 'Cancelled',
    note: 'You stopped this download.[ The {done} downloaded so far were removed.]',
  },
  'failure:not-found': {
    title: 'Not in the list any more',
    note: 'This download ended or was removed earlier. Nothing else changed.',
  },
  'failure:not-installed': { title: 'Not installed', note: "{name} isn't on this device." },
  'failure:corrupt': {
    title: 'Damaged on this device',
    note: "Some bytes of {name} changed, so it won't start until it is whole again.",
  },
  'failure:downgrade': {
    title: 'Older than before',
    note: "[{version} is older than {highest}, which you have had. ]Older versions can bring back mended faults, so it wasn't installed.",
  },
  'failure:quarantined': {
    title: 'Skipped for now',
    note: "{version} didn't start[ {times} times]. It is skipped until[ {until} or] a newer version.",
  },
  'failure:expired': {
    title: 'Out of date',
    note: "The publisher's word on this release ended[ on {date}], so it can't be told whether it is current.",
  },
  'failure:untrusted-origin': {
    title: 'Not from an allowed place',
    note: "This app doesn't download plugins from {host}. Nothing was downloaded.",
  },
  'failure:locked': {
    title: 'Open somewhere else',
    note: 'Another program[ ({pid})] is using these plugins. Close it, then try again.',
  },
  'failure:fenced': {
    title: "Couldn't finish",
    note: 'Something unexpected stopped {name}. Installed plugins are unchanged.',
  },
  'failure:unsupported': {
    title: "Doesn't work here",
    note: "[{name} needs {feature}, which this browser doesn't have. ]Nothing was changed.",
  },
  'failure:closed': {
    title: 'Plugins were shut down',
    note: 'This page has closed them. Reload to go on; nothing is lost.',
  },
}
