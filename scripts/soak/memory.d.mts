export const MAY_RISE_MIB: { readonly heap: number; readonly rss: number }

export interface Fit {
  readonly slopeMibPerMinute: number
  readonly riseMib: number
  /** Its ends: minutes, MiB. */
  readonly line: readonly (readonly [number, number])[]
}

export interface MemorySample {
  /** Seconds. */
  readonly at: number
  readonly rss: number
  readonly heap: number
}

/** Of samples `[seconds, bytes]`. */
export function secondHalf(samples: readonly (readonly [number, number])[]): Fit | undefined

export function memoryPlot(run: {
  readonly lasting: readonly MemorySample[]
  readonly killed: readonly MemorySample[]
  readonly minutes: number
  readonly subtitle: string
}): string
