import { svgPlot } from '../plot/svgPlot.mjs'

const MIB = 1024 * 1024
/** By how much the fitted line may rise over the second half of the run. */
export const MAY_RISE_MIB = { heap: 2, rss: 16 }

/** The line through the second half of samples `[seconds, bytes]`, by least squares; `undefined` for too few. */
export function secondHalf(samples) {
  const middle = ((samples[0]?.[0] ?? 0) + (samples.at(-1)?.[0] ?? 0)) / 2
  const points = samples.filter(([at]) => at >= middle).map(([at, bytes]) => [at, bytes / MIB])
  if (points.length < 3) return undefined
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanAt, meanMib] = [mean(points.map(([at]) => at)), mean(points.map(([, mib]) => mib))]
  const above = points.reduce((sum, [at, mib]) => sum + (at - meanAt) * (mib - meanMib), 0)
  const below = points.reduce((sum, [at]) => sum + (at - meanAt) ** 2, 0)
  const slope = below === 0 ? 0 : above / below
  const [from, until] = [points[0][0], points.at(-1)[0]]
  const lineAt = (at) => [at / 60, meanMib + slope * (at - meanAt)]
  return { slopeMibPerMinute: slope * 60, riseMib: slope * (until - from), line: [lineAt(from), lineAt(until)] }
}

/** `lasting`: samples of the process that lives on; `killed`: of those that do not. */
export function memoryPlot({ lasting, killed, minutes, subtitle }) {
  const mib = (samples, key) => samples.map((sample) => [sample.at / 60, sample[key] / MIB])
  const most = Math.max(...[...lasting, ...killed].map(({ rss }) => rss / MIB), 10)
  const fits = ['heap', 'rss'].flatMap((key) => secondHalf(lasting.map((sample) => [sample.at, sample[key]])) ?? [])
  return svgPlot({
    title: 'Soak: memory after a collection',
    subtitle,
    columns: 2,
    xLabel: 'minutes',
    yLabel: 'MiB',
    x: [0, Math.max(minutes, 0.1)],
    y: [0, Math.ceil(most / 20) * 20],
    panels: [
      {
        title: 'The process that lives on',
        lines: [
          { label: 'RSS', color: '#cf222e', points: mib(lasting, 'rss') },
          { label: 'heap', color: '#0969da', points: mib(lasting, 'heap') },
          ...fits.map(({ line }) => ({ color: '#24292f', points: line })),
        ],
      },
      { title: 'Processes that are killed, RSS', lines: [{ color: '#cf222e', points: mib(killed, 'rss') }] },
    ],
  })
}
