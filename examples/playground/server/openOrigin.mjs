/** The origin that the plugins come from: on loopback, at a pace and in a weather that can be changed at any time. */
import {
  corrupt,
  createScriptedOrigin,
  dropAfter,
  pass,
  refuse,
  stall,
  status,
} from '../../../dist/src/testing/index.js'
import { packFillers } from './packFiller.mjs'
import { packBroken } from './packPlugins.mjs'

export const DEFAULT_SPEED = 1_000_000
const EVENTS = 20
const MEBIBYTE = 1024 * 1024
const VERSION = /^\d+\.\d+\.\d+$/
const MOST_TO_FILL_BYTES = 200_000_000

/** What goes wrong with every request while it lasts. */
const WEATHERS = {
  clear: pass,
  offline: refuse,
  busy: () => status(503, { retryAfter: 4 }),
  stalled: () => stall(),
}

/** What goes wrong once, with what is under way or else with the next bundle; each hears how far the answer is. */
const STRIKES = {
  cut: (bytesSent) => dropAfter(bytesSent),
  // ahead of what is on its way already
  damage: (bytesSent, start) => corrupt(start + bytesSent + MEBIBYTE / 4),
}

/**
 * @param {readonly import('./packPlugins.mjs').Release[]} releases the first can be published broken
 * @param {{ port: number, cache: string, inspector?: string }} options `inspector`: its path, where there is one
 */
export async function openOrigin(releases, { port, cache, inspector }) {
  const origin = createScriptedOrigin()
  origin.limitBytesPerSecond = DEFAULT_SPEED
  // what fills the storage comes beside all faults, and as fast as it can
  const depot = createScriptedOrigin()
  const [breakable] = releases
  let weather = 'clear'
  let armed
  let broken
  let fillers = []
  const climate = {
    name: 'the weather of the playground',
    sticky: true,
    apply: (exchange) => faultFor(exchange).apply(exchange),
  }
  for (const release of releases) publish(origin, release, climate)
  const listening = await listen(origin, port)
  const depotListening = await depot.listen()

  function faultFor({ asked, answer }) {
    const isStruck = armed && weather === 'clear' && isBundle(asked.path)
    if (!isStruck) return WEATHERS[weather]()
    const strike = STRIKES[armed]
    armed = undefined
    return strike(Math.floor(answer.body.length * 0.3), startOf(asked))
  }

  function changeWeather(next) {
    weather = next
    if (next === 'stalled') return origin.disturb((bytesSent) => stall(bytesSent))
    if (next === 'clear') {
      armed = undefined
      return origin.release()
    }
    origin.cut()
    origin.disturb((bytesSent) => dropAfter(bytesSent))
  }

  function strike(name) {
    const open = origin.requests.filter(({ path, outcome }) => outcome === 'open' && isBundle(path))
    if (open.length === 0) armed = name
    for (const asked of open) origin.disturb((bytesSent) => STRIKES[name](bytesSent, startOf(asked)), asked.path)
  }

  async function publishBroken(version) {
    broken = version === null ? undefined : await packBroken(breakable, version, { cache })
    publish(origin, broken ?? breakable, climate)
  }

  async function fill(sizeBytes) {
    fillers = await packFillers(Math.min(sizeBytes, MOST_TO_FILL_BYTES))
    for (const filler of fillers) publish(depot, filler)
  }

  return {
    url: listening.url,
    async close() {
      await Promise.all([listening.close(), depotListening.close()])
    },
    state: () => ({
      speed: origin.limitBytesPerSecond ?? null,
      weather,
      armed: armed ?? null,
      brokenVersion: broken?.version ?? null,
      inspector: inspector ?? null,
      plugins: releases.map((release) =>
        describe(release === breakable ? (broken ?? release) : release, listening.url),
      ),
      fillers: fillers.map((filler) => describe(filler, depotListening.url)),
      events: origin.requests
        .map(({ method, path, headers, bytesSent, outcome }, number) => ({
          number,
          text: [method, path, headers.range].filter(Boolean).join(' '),
          bytesSent,
          outcome,
        }))
        .filter(({ text }) => !text.startsWith('OPTIONS'))
        .slice(-EVENTS)
        .reverse(),
    }),
    async change({ speed, weather: next = '', strike: name = '', brokenVersion, fillBytes }) {
      if (speed !== undefined) origin.limitBytesPerSecond = speed ?? undefined
      if (Object.hasOwn(WEATHERS, next)) changeWeather(next)
      if (Object.hasOwn(STRIKES, name)) strike(name)
      if (brokenVersion === null || VERSION.test(brokenVersion)) await publishBroken(brokenVersion)
      if (Number.isSafeInteger(fillBytes) && fillBytes > 0) await fill(fillBytes)
    },
  }
}

function publish(origin, { name, bundleName, manifest, bundle, integrity }, climate) {
  const etag = `"${integrity}"`
  const files = {
    'manifest.json': { bytes: manifest, contentType: 'application/json', etag: `${etag.slice(0, -1)}-manifest"` },
    [bundleName]: { bytes: bundle, etag },
  }
  for (const [file, resource] of Object.entries(files)) {
    const path = `/${name}/${file}`
    origin.put(path, resource)
    origin.unscript(path)
    if (climate) origin.script(path, climate)
  }
}

/** The same port each time, so that what a page began goes on after the demo was started again. */
async function listen(origin, port) {
  try {
    return await origin.listen({ port })
  } catch (error) {
    if (error.code === 'EADDRINUSE') return origin.listen()
    throw error
  }
}

function describe({ id, title, about, npm, version, sizeBytes, hue, name }, url) {
  return { id, title, about, npm, version, sizeBytes, hue, icon: name, source: `${url}/${name}/manifest.json` }
}

function isBundle(path) {
  return path.endsWith('.zip')
}

function startOf({ headers }) {
  return Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
}
