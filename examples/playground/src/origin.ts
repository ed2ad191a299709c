/** The demo's server: which plugins there are, and what their origin is like at present. */

export type Weather = 'clear' | 'offline' | 'busy' | 'stalled'
export type Strike = 'cut' | 'damage'

export interface CatalogueItem {
  readonly id: string
  readonly title: string
  readonly about: string
  /** The npm package inside. */
  readonly npm: string
  /** That is published now. */
  readonly version: string
  readonly sizeBytes: number
  /** 1 to 6, as the widgets colour it. */
  readonly hue: number
  readonly icon: string
  /** URL of the manifest. */
  readonly source: string
}

export interface OriginRequest {
  readonly number: number
  readonly text: string
  readonly bytesSent: number
  readonly outcome: 'open' | 'complete' | 'cut' | 'gone'
}

export interface OriginState {
  /** Bytes a second; `null` for no limit. */
  readonly speed: number | null
  readonly weather: Weather
  /** What will happen to the next bundle that is asked for. */
  readonly armed: Strike | null
  /** Of the first plugin, while a version is published that does not start. */
  readonly brokenVersion: string | null
  /** Path of the inspector, where the demo was started with one. */
  readonly inspector: string | null
  readonly plugins: readonly CatalogueItem[]
  /** What fills the storage, once it was asked for. */
  readonly fillers: readonly CatalogueItem[]
  /** Newest first. */
  readonly events: readonly OriginRequest[]
}

export interface OriginChange {
  readonly speed?: number | null
  readonly weather?: Weather
  readonly strike?: Strike
  /** Publishes the first plugin in this version, broken; `null` takes that back. */
  readonly brokenVersion?: string | null
  /** Makes fillers of so many bytes. */
  readonly fillBytes?: number
}

export const USUAL_SPEED = 1_000_000
export const SLOW_SPEED = 64_000
export const SPEEDS: readonly (number | null)[] = [SLOW_SPEED, 250_000, USUAL_SPEED, 5_000_000, null]

const CONTROL = '/control'

export function readOrigin(): Promise<OriginState> {
  return ask()
}

/** Settles when it is so. */
export function changeOrigin(change: OriginChange): Promise<OriginState> {
  return ask({ method: 'POST', body: JSON.stringify(change) })
}

async function ask(init?: RequestInit): Promise<OriginState> {
  const response = await fetch(CONTROL, init)
  const answer = await response.json()
  if (!response.ok) throw new Error(`The demo's server answered ${response.status}: ${answer.error}`)
  return answer
}
