/** The demo's server: which plugins there are, and what their origin is like at present. */

export type Weather = 'clear' | 'offline' | 'busy' | 'stalled'
export type Strike = 'cut' | 'damage'

export interface CatalogueItem {
  readonly id: string
  readonly title: string
  readonly about: string
  /** The npm package inside. */
  readonly npm: string
  readonly version: string
  readonly sizeBytes: number
  /** 1 to 6. */
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
  readonly plugins: readonly CatalogueItem[]
  /** Newest first. */
  readonly events: readonly OriginRequest[]
}

export interface OriginChange {
  readonly speed?: number | null
  readonly weather?: Weather
  readonly strike?: Strike
}

const CONTROL = '/control'

export function readOrigin(): Promise<OriginState> {
  return ask()
}

export function changeOrigin(change: OriginChange): Promise<OriginState> {
  return ask({ method: 'POST', body: JSON.stringify(change) })
}

async function ask(init?: RequestInit): Promise<OriginState> {
  const response = await fetch(CONTROL, init)
  if (!response.ok) throw new Error(`The demo's server answered ${response.status}`)
  return response.json() as Promise<OriginState> // reason: our own server
}
