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
  const format = cached((key) => new Intl.NumberFormat(locale, JSON.parse(key)))
  const unit = (name: string, value: number, digits = 0) =>
    glue(format({ style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value))
  const inUnit = (bytes: number, name: ByteUnit) => unit(name, scaled(bytes, name), digitsOf(bytes, name))
  const speedUnit = (bytes: number): ByteUnit => (bytes < MEGA ? 'kilobyte' : 'megabyte')
  const perSecond = (bytes: number) => {
    const name = speedUnit(bytes)
    const value = bytes / BYTES_OF[name]
    return unit(`${name}-per-second`, value, value < 10 && name !== 'kilobyte' ? 1 : 0)
  }
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone })
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone })
  const relative = new Intl.RelativeTimeFormat(locale)
  return {
    plain: format({}),
    bytes: (bytes) => (bytes === 0 ? `${format({}).format(0)}${NO_BREAK_SPACE}B` : inUnit(bytes, unitOf(bytes))),
    pair(done, total) {
      const name = unitOf(Math.max(done, total))
      const plain = format({ maximumFractionDigits: digitsOf(done, name) })
      return { done: plain.format(scaled(done, name)), total: inUnit(total, name) }
    },
    speed: (bytesPerSecond) => (bytesPerSecond < KILO ? undefined : perSecond(bytesPerSecond)),
    slowest: perSecond(KILO),
    percent: (value) => glue(format({ style: 'percent' }).format(value / 100)),
    duration: (value, name) => unit(name, value),
    timeOfDay: (epochMs) => time.format(epochMs),
    date: (epochMs) => date.format(epochMs),
    ago(epochMs, now) {
      const elapsedMs = Math.max(0, now - epochMs)
      if (elapsedMs >= 7 * DAY_MS) return date.format(epochMs)
      const [name, length] = AGO_UNITS.find(([, size]) => elapsedMs >= size) ?? []
      return name && relative.format(-Math.floor(elapsedMs / length), name)
    },
  }
}

function cached(create: (key: string) => Intl.NumberFormat): (options: Intl.NumberFormatOptions) => Intl.NumberFormat {
  const made = new Map<string, Intl.NumberFormat>()
  return (options) => {
    const key = JSON.stringify(options)
    const format = made.get(key) ?? create(key)
    made.set(key, format)
    return format
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
