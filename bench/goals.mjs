import { inWords } from './report/spread.mjs'

/**
 * What the benches hold their figures against. All limits are upper ones. `judged` says by which figure of the samples:
 * a promise about every time by the worst, a ratio of times by the median. `whereTheTimeGoes` is one sentence, for README,
 * while a goal is not reached: what was found, and what was tried.
 */
export const GOALS = {
  P1: {
    work: 'Chromium: verified install of 256 MiB',
    over: 'plain `fetch` in a worker, thrown away',
    limit: 1,
    firstLimit: 1.15,
    whereTheTimeGoes:
      'one worker does nearly all of it: digests a third of its busy time, reads, messages to the page and writes a sixth each or less; storing the same bytes unchecked costs as much; a second thread for digests made it slower, one connection instead of two changed nothing clear (docs/performance-browser.md).',
  },
  P2: {
    work: 'Chromium: the same',
    over: 'localforage in chunks with a digest, the obvious way',
    limit: 0.15,
    whereTheTimeGoes:
      'the install is the one of P1; it is as far from this goal as from that one (docs/performance-browser.md).',
  },
  P3: {
    work: 'Chromium: 200 x 1 MiB, verified',
    over: 'the same fetches, thrown away',
    limit: 1.1,
    whereTheTimeGoes:
      "both processors are busy: a fetch takes 21 ms of all of Chromium's processes, a bundle 55, of it 15 more in the browser's own (records and files) and 20 in the page's (its worker 13, its main thread 13); by events that is 18 requests and five transactions of IndexedDB, and 21 messages between page and worker (docs/performance-browser.md).",
  },
  'P4 handle': {
    work: 'Chromium: 256 MiB verified on load, through a handle',
    over: 'SHA-256 of the same in memory',
    limit: 1.1,
    whereTheTimeGoes:
      'reads into fresh memory take nearly as long as the digests; the next piece is read meanwhile, which two busy cores hide (docs/performance-browser.md).',
  },
  'P4 file': {
    work: 'Chromium: the same through `File.stream()`',
    over: 'SHA-256 of the same in memory',
    limit: 3,
    whereTheTimeGoes:
      'reading a `File` by a stream takes as long as the digests or half as long again, and slices three times as long; the rest was not told apart (docs/performance-browser.md).',
  },
  'P4 zip': {
    work: 'Chromium: one file of 10 KiB out of a zip of 100 MB',
    limit: 8,
    unit: 'ms',
    whereTheTimeGoes: 'no profile was made.',
  },
  P5: {
    work: 'Node: verified install of 256 MiB',
    over: 'plain `fetch`, thrown away',
    limit: 0.8,
    firstLimit: 1,
    whereTheTimeGoes:
      "SHA-256 about 230 ms of processor time, writes on the thread pool 200, the kernel's copy 90, one copy of ours 50: the writes, which `fetch` does not make, compete with the rest for two cores (docs/performance-node.md).",
  },
  'P5 peers': {
    work: 'Node: the same',
    over: "the fastest of Node's peers and aria2 with a checksum",
    limit: 1,
    whereTheTimeGoes:
      'the fastest of them neither check nor sync what they write; digests and syncs are what plugdock does beside it (docs/performance-node.md).',
  },
  P6: {
    work: 'Node: 200 x 1 MiB, verified',
    over: 'got, unverified',
    limit: 0.8,
    whereTheTimeGoes:
      'an install costs about 12 ms of processor time, of which its bytes take 3: some 15 calls handed to the thread pool a fifth, events between actors a tenth, SHA-256 twice a twelfth (docs/performance-node.md).',
  },
  'P7 node': {
    work: 'Node: peak memory, one bundle of any size',
    limit: 100,
    unit: 'MiB',
    judged: 'max',
    whereTheTimeGoes:
      '68 to 73 MiB are there once the package is imported (47 in a bare Node process); what the rest is was not told apart (docs/performance-node.md).',
  },
  'P7 page': {
    work: 'Chromium: growth of the renderer',
    limit: 40,
    unit: 'MiB',
    judged: 'max',
    whereTheTimeGoes:
      'each connection takes some 20 MiB, a fetch that is thrown away as well; since a second one is made only where the first takes longer than a second it is 26.2 (26.2-28.4) in a run that is not kept (docs/performance-browser.md).',
  },
  'P8 enqueue': {
    work: '10,000 downloads: enqueued',
    limit: 1.2,
    unit: 's',
    whereTheTimeGoes:
      "a quarter is garbage collection, a fifth XState's, the rest reading the manifest, records, and the promises of fifteen functions a call (docs/performance-scale.md).",
  },
  'P8 transition': {
    work: '10,000 downloads: a transition',
    limit: 100,
    unit: 'us',
  },
  'P8 heap': {
    work: '10,000 downloads: heap of each',
    limit: 4,
    unit: 'kB',
    whereTheTimeGoes:
      "about half is XState's, of it 0.3 kB a hidden class for each actor's options; the rest strings, records and entries of maps (docs/performance-scale.md).",
  },
  'P8 restart': {
    work: '10,000 downloads: cold restart to the first request',
    limit: 1.5,
    unit: 's',
    whereTheTimeGoes:
      "reading and checking records is a third, XState's first macrosteps another (docs/performance-scale.md).",
  },
  P9: { work: 'CPU of 64 downloads x 1,000 network chunks a second', limit: 15, unit: 'ms/s' },
  'P10 download': {
    work: 'Chromium: longest task while 100 MB download',
    limit: 50,
    unit: 'ms',
    judged: 'max',
    whereTheTimeGoes:
      'waits for a processor count as well: what the page worked itself, 10 to 16 ms, is in `by processor` of `bench:ui` (docs/performance-browser.md).',
  },
  'P10 rows': {
    work: 'Chromium: longest task with 1,000 rows at 10 Hz',
    limit: 50,
    unit: 'ms',
    judged: 'max',
    whereTheTimeGoes:
      "the first picture draws its rows in one task, most of which is React's and layout's: 18 to 26 ms by processor, the rest are waits for one (docs/performance-browser.md).",
  },
  P11: {
    work: 'An update of 50 MB with 1 % changed: bytes sent, with the manifest',
    limit: 3,
    unit: '%',
    judged: 'max',
  },
  P12: { work: 'Speed limit: error over 10 s', limit: 3, unit: '%', judged: 'max' },
  'P13 core': {
    work: 'Core with machines and the browser host, gzipped: what a page opens with, the engine in its worker apart',
    limit: 48,
    unit: 'kB',
    judged: 'max',
    whereTheTimeGoes:
      'of what is minified XState is 18 %, actors 18 %, the machines 16 %, adapters 12 %, the dock 12 %, the domain 10 %; XState and rxjs alone are 16 kB gzipped (docs/performance-size.md).',
  },
  'P13 install': {
    work: 'Core: that, and what is loaded when a first plugin is installed',
    limit: 48,
    unit: 'kB',
    judged: 'max',
    whereTheTimeGoes:
      'the same, and 100 kB minified beside it: ky 14, the reader of archives 14, valibot 8, the rest what plans, transfers and installs (docs/performance-size.md).',
  },
  'P13 react': {
    work: 'React entry without React, gzipped',
    limit: 14,
    unit: 'kB',
    judged: 'max',
    whereTheTimeGoes:
      'it is all widgets; the hooks alone are 6.2 kB, DownloadCard alone 12.6 (docs/performance-size.md).',
  },
  P14: { work: 'Fetched again after SIGKILL, a connection', limit: 128, unit: 'KiB', judged: 'max' },
  P15: { work: 'Wrong files with success reported', limit: 0, unit: 'files', judged: 'max' },
}

/** Throws where there is no such goal. */
export function goalOf(name) {
  const goal = GOALS[name]
  if (!goal) throw new Error(`There is no goal ${name}`)
  return goal
}

export function isReached(name, measured) {
  const { judged = 'median', limit } = goalOf(name)
  return measured[judged] <= limit
}

/** With its unit; so exact that what is missed by little does not read as reached. */
export function measuredInWords(name, measured) {
  const { unit, limit, judged = 'median' } = goalOf(name)
  const counts = measured[judged]
  const looksReached = Number(inWords({ median: counts, min: counts, max: counts })) <= limit
  const words = inWords(measured, looksReached && !isReached(name, measured) ? 1 : 0)
  return unit ? `${words} ${unit}` : words
}
