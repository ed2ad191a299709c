/** How fast it was, a second at a time. */
export interface SpeedSample {
  /** Epoch ms. */
  readonly at: number
  /** `undefined` while nothing was meant to move: a gap, not a zero. */
  readonly bytesPerSecond: number | undefined
}

/** The last minute, and the scale that it is drawn to. */
export interface SpeedSeries {
  readonly samples: readonly SpeedSample[]
  /** The upper edge; what was over the present peak stays for a while. */
  readonly top: number
  /** Epoch ms at which the peak last reached so high. */
  readonly topAt: number
}

export const SPAN_MS = 60_000
const SHRINK_AFTER_MS = 30_000
const LEAST_TOP = 10_000
const STEPS = [1, 2, 5, 10]

export const NO_SPEED: SpeedSeries = { samples: [], top: LEAST_TOP, topAt: 0 }

/** The series with one more second. */
export function nextSeries({ samples, top, topAt }: SpeedSeries, sample: SpeedSample): SpeedSeries {
  const kept = [...samples.filter(({ at }) => at > sample.at - SPAN_MS && at < sample.at), sample]
  const wanted = scaleOver(peakOf(kept))
  if (wanted >= top) return { samples: kept, top: wanted, topAt: sample.at }
  const isOld = sample.at - topAt >= SHRINK_AFTER_MS
  return isOld ? { samples: kept, top: wanted, topAt: sample.at } : { samples: kept, top, topAt }
}

export function peakOf(samples: readonly SpeedSample[]): number {
  return samples.reduce((peak, { bytesPerSecond = 0 }) => Math.max(peak, bytesPerSecond), 0)
}

/** The next of 1, 2 or 5 times a power of ten. */
export function scaleOver(bytesPerSecond: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(LEAST_TOP, bytesPerSecond)))
  const step = STEPS.find((factor) => factor * power >= bytesPerSecond) ?? 10
  return Math.max(LEAST_TOP, step * power)
}

export interface SpeedPaths {
  readonly line: string
  readonly area: string
}

export const WIDTH = 240
export const HEIGHT = 56

/** Of an image of 240 by 56; the newest sample is at its end. */
export function pathsOf({ samples, top }: SpeedSeries): SpeedPaths {
  const newest = samples.at(-1)?.at ?? 0
  const x = (at: number) => round(WIDTH - ((newest - at) / SPAN_MS) * WIDTH)
  const runs = runsOf(samples).map((run) =>
    run.map(({ at, bytesPerSecond = 0 }) => ({ x: x(at), y: yOf(bytesPerSecond, top) })),
  )
  return {
    line: runs.map((run) => `M${run.map((point) => `${point.x} ${point.y}`).join('L')}`).join(''),
    area: runs
      .map(
        (run) =>
          `M${run[0]?.x} ${HEIGHT}L${run.map((point) => `${point.x} ${point.y}`).join('L')}L${run.at(-1)?.x} ${HEIGHT}Z`,
      )
      .join(''),
  }
}

export function yOf(bytesPerSecond: number, top: number): number {
  return round(HEIGHT - 2 - (Math.min(bytesPerSecond, top) / top) * (HEIGHT - 4))
}

/** What is drawn in one stroke. */
function runsOf(samples: readonly SpeedSample[]): readonly (readonly SpeedSample[])[] {
  const runs: SpeedSample[][] = []
  let isOpen = false
  for (const sample of samples) {
    if (sample.bytesPerSecond === undefined) isOpen = false
    else if (isOpen) runs.at(-1)?.push(sample)
    else {
      runs.push([sample])
      isOpen = true
    }
  }
  return runs
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
