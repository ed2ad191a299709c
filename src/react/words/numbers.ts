const KILO = 1000
const MEGA = 1_000_000
const GIGA = 1_000_000_000
const NO_BREAK_SPACE = '\u00a0'
const DAY_MS = 86_400_000
const AGO_UNITS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

type ByteUnit = 'kilobyte' | 'megabyte' | 'gigabyte'

const BYTES_OF: Readonly<Record<ByteUnit, number>> = { kilobyte: KILO, megabyte: MEGA, gigabyte: GIGA }

/** Numbers and times as people of one locale write them. 1 MB is 1,000,000 bytes. */
export interface Numbers {
  readonly plain: Intl.NumberFormat
  bytes(bytes: number): string
  /** Both in the unit of the larger; the first without it. */
  pair(done: number, total: number): { readonly done: string; readonly total: string }
  /** `undefined` below one kilobyte a second. */
  speed(bytesPerSecond: number): string | undefined
  /** One kilobyte a second. */
  readonly slowest: string
  percent(value: number): string
  /** Of whole seconds, minutes or hours. */
  duration(value: number, unit: 'second' | 'minute' | 'hour'): string
  /** The hour and minute of a day. */
  timeOfDay(epochMs: number): string
  date(epochMs: number): string
  /** `undefined` under a minute; a date from a week on. */
  ago(epochMs: number, now: number): string | undefined
}

/** @param timeZone as Intl names it; the device's where it is not given */
export function createNumbers(locale: string, timeZone?: string): Numbers {
  const format = keptBy((options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options))
  const unit = (name: string, value: number, maximumFractionDigits = 0) => {
    const options = { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits } as const
    return glue(format(`${name} ${maximumFractionDigits}`, options).format(value))
  }
  const inUnit = (bytes: number, name: ByteUnit) => unit(name, scaled(bytes, name), digitsOf(bytes, name))
  const speedUnit = (bytes: number): ByteUnit => (bytes < MEGA ? 'kilobyte' : 'megabyte')
  const perSecond = (bytes: number) => {
    const name = speedUnit(bytes)
    const value = bytes / BYTES_OF[name]
    return unit(`${name}-per-second`, value, value < 10 && name !== 'kilobyte' ? 1 : 0)
  }
  // those that few pictures need are made when they are needed: each takes milliseconds
  const moment = keptBy((options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options))
  const date = (epochMs: number) => moment('date', { day: 'numeric', month: 'long', timeZone }).format(epochMs)
  const relative = keptBy(() => new Intl.RelativeTimeFormat(locale))
  const plain = () => format('', {})
  return {
    get plain() {
      return plain()
    },
    bytes: (bytes) => (bytes === 0 ? `${plain().format(0)}${NO_BREAK_SPACE}B` : inUnit(bytes, unitOf(bytes))),
    pair(done, total) {
      const name = unitOf(Math.max(done, total))
      const maximumFractionDigits = digitsOf(done, name)
      const bare = format(`${maximumFractionDigits}`, { maximumFractionDigits })
      return { done: bare.format(scaled(done, name)), total: inUnit(total, name) }
    },
    speed: (bytesPerSecond) => (bytesPerSecond < KILO ? undefined : perSecond(bytesPerSecond)),
    get slowest() {
      return perSecond(KILO)
    },
    percent: (value) => glue(format('%', { style: 'percent' }).format(value / 100)),
    duration: (value, name) => unit(name, value),
    timeOfDay: (epochMs) => moment('time', { hour: 'numeric', minute: '2-digit', timeZone }).format(epochMs),
    date,
    ago(epochMs, now) {
      const elapsedMs = Math.max(0, now - epochMs)
      if (elapsedMs >= 7 * DAY_MS) return date(epochMs)
      const [name, length] = AGO_UNITS.find(([, size]) => elapsedMs >= size) ?? []
      return name && relative('', undefined).format(-Math.floor(elapsedMs / length), name)
    },
  }
}

/** Made once for each key. */
function keptBy<Made, Options>(make: (options: Options) => Made): (key: string, options: Options) => Made {
  const kept = new Map<string, Made>()
  return (key, options) => {
    const made = kept.get(key) ?? make(options)
    kept.set(key, made)
    return made
  }
}

function unitOf(bytes: number): ByteUnit {
  if (bytes >= GIGA) return 'gigabyte'
  return bytes >= MEGA ? 'megabyte' : 'kilobyte'
}

/** Some bytes are never shown as none. */
function scaled(bytes: number, name: ByteUnit): number {
  const value = bytes / BYTES_OF[name]
  return name === 'kilobyte' && bytes > 0 ? Math.max(1, value) : value
}

/** Whole kilobytes; one decimal below a hundred of what is larger. */
function digitsOf(bytes: number, name: ByteUnit): number {
  return name === 'kilobyte' || bytes / BYTES_OF[name] >= 100 ? 0 : 1
}

function glue(text: string): string {
  return text.replaceAll(' ', NO_BREAK_SPACE)
}
