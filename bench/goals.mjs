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
  },
  P2: { work: 'Chromium: the same', over: 'localforage in chunks with a digest, the obvious way', limit: 0.15 },
  P3: { work: 'Chromium: 200 x 1 MiB, verified', over: 'the same fetches, thrown away', limit: 1.1 },
  'P4 handle': {
    work: 'Chromium: 256 MiB verified on load, through a handle',
    over: 'SHA-256 of the same in memory',
    limit: 1.1,
  },
  'P4 file': { work: 'Chromium: the same through `File.stream()`', over: 'SHA-256 of the same in memory', limit: 3 },
  'P4 zip': { work: 'Chromium: one file of 10 KiB out of a zip of 100 MB', limit: 8, unit: 'ms' },
  P5: { work: 'Node: verified install of 256 MiB', over: 'plain `fetch`, thrown away', limit: 0.8, firstLimit: 1 },
  'P5 peers': { work: 'Node: the same', over: "the fastest of Node's peers and aria2 with a checksum", limit: 1 },
  P6: { work: 'Node: 200 x 1 MiB, verified', over: 'got, unverified', limit: 0.8 },
  'P7 node': { work: 'Node: peak memory, any bundle size', limit: 100, unit: 'MiB', judged: 'max' },
  'P7 page': { work: 'Chromium: growth of the renderer', limit: 40, unit: 'MiB', judged: 'max' },
  'P8 enqueue': { work: '10,000 downloads: enqueued', limit: 1.2, unit: 's' },
  'P8 transition': { work: '10,000 downloads: a transition', limit: 100, unit: 'us' },
  'P8 heap': { work: '10,000 downloads: heap of each', limit: 4, unit: 'kB' },
  'P8 restart': { work: '10,000 downloads: cold restart to the first byte', limit: 1.5, unit: 's' },
  P9: { work: 'CPU of 64 downloads x 1,000 network chunks a second', limit: 15, unit: 'ms/s' },
  'P10 download': { work: 'Chromium: longest task while 100 MB download', limit: 50, unit: 'ms', judged: 'max' },
  'P10 rows': { work: 'Chromium: longest task with 1,000 rows at 10 Hz', limit: 50, unit: 'ms', judged: 'max' },
  P11: { work: 'An update of 50 MB with 1 % changed: bytes sent', limit: 3, unit: '%', judged: 'max' },
  P12: { work: 'Speed limit: error over 10 s', limit: 3, unit: '%', judged: 'max' },
  'P13 core': {
    work: 'Core with machines and the browser host, gzipped: what a page opens with',
    limit: 48,
    unit: 'kB',
    judged: 'max',
  },
  'P13 install': {
    work: 'Core: that, and what is loaded when a first plugin is installed',
    limit: 48,
    unit: 'kB',
    judged: 'max',
  },
  'P13 react': { work: 'React entry without React, gzipped', limit: 14, unit: 'kB', judged: 'max' },
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

/** With its unit, and which figure counts. */
export function measuredInWords(name, measured) {
  const { unit } = goalOf(name)
  return unit ? `${inWords(measured)} ${unit}` : inWords(measured)
}
