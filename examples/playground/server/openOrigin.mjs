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

export const DEFAULT_SPEED = 2_000_000
const EVENTS = 20
const MEBIBYTE = 1024 * 1024

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
 * @param {readonly import('./packPlugins.mjs').Release[]} releases
 * @param {{ port: number }} options
 */
export async function openOrigin(releases, { port }) {
  const origin = createScriptedOrigin()
  origin.limitBytesPerSecond = DEFAULT_SPEED
  let weather = 'clear'
  let armed
  const bundlePaths = releases.map(({ name, bundleName }) => `/${name}/${bundleName}`)
  const climate = {
    name: 'the weather of the playground',
    sticky: true,
    apply: (exchange) => faultFor(exchange).apply(exchange),
  }
  publish(origin, releases, climate)
  const listening = await listen(origin, port)

  function faultFor({ asked, answer }) {
    const isStruck = armed && weather === 'clear' && bundlePaths.includes(asked.path)
    if (!isStruck) return WEATHERS[weather]()
    const strike = STRIKES[armed]
    armed = undefined
    return strike(Math.floor(answer.body.length * 0.3), startOf(asked))
  }

  function changeWeather(next) {
    weather = next
    if (next === 'stalled') return origin.disturb((bytesSent) => stall(bytesSent))
    if (next === 'clear') return origin.release()
    origin.cut()
    origin.disturb((bytesSent) => dropAfter(bytesSent))
  }

  function strike(name) {
    const open = origin.requests.filter(({ path, outcome }) => outcome === 'open' && bundlePaths.includes(path))
    if (open.length === 0) armed = name
    for (const asked of open) origin.disturb((bytesSent) => STRIKES[name](bytesSent, startOf(asked)), asked.path)
  }

  return {
    url: listening.url,
    close: listening.close,
    state: () => ({
      speed: origin.limitBytesPerSecond ?? null,
      weather,
      armed: armed ?? null,
      plugins: releases.map((release) => describe(release, listening.url)),
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
    change(wanted) {
      if (wanted.speed !== undefined) origin.limitBytesPerSecond = wanted.speed ?? undefined
      if (Object.hasOwn(WEATHERS, wanted.weather ?? '')) changeWeather(wanted.weather)
      if (Object.hasOwn(STRIKES, wanted.strike ?? '')) strike(wanted.strike)
    },
  }
}

function publish(origin, releases, climate) {
  for (const { name, bundleName, manifest, bundle, integrity } of releases) {
    const etag = `"${integrity}"`
    const files = {
      'manifest.json': { bytes: manifest, contentType: 'application/json', etag },
      [bundleName]: { bytes: bundle, etag },
    }
    for (const [file, resource] of Object.entries(files)) {
      origin.put(`/${name}/${file}`, resource)
      origin.script(`/${name}/${file}`, climate)
    }
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

function startOf({ headers }) {
  return Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
}
