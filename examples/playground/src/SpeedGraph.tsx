import { useWords } from 'plugdock/react'
import type { ReactNode } from 'react'
import { useSpeedHistory } from './SpeedHistory.js'

const WIDTH = 240
const HEIGHT = 56

/** The speed of the last minute, one point a second. */
export function SpeedGraph(): ReactNode {
  const points = useSpeedHistory()
  const { bytes } = useWords()
  const peak = Math.max(...points)
  const now = points.at(-1) ?? 0
  const line = points.map((value, at) => pointAt(value, at / (points.length - 1), niceCeiling(peak))).join('L')
  return (
    <figure className="pg-speed" data-still={peak === 0}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Speed of the last minute, highest ${bytes(peak)} a second`}
      >
        <path className="pg-speed__area" d={`M${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />
        <path className="pg-speed__line" d={`M${line}`} />
      </svg>
      <figcaption className="pd-num">
        <b>{now > 0 ? `${bytes(now)}/s` : 'Nothing moves'}</b>
        <span>Last minute</span>
      </figcaption>
    </figure>
  )
}

function pointAt(value: number, at: number, ceiling: number): string {
  const x = at * WIDTH
  return `${x.toFixed(1)} ${(HEIGHT - 1 - (value / ceiling) * (HEIGHT - 6)).toFixed(1)}`
}

/** The next of 1, 2 and 5 times a power of ten. */
function niceCeiling(peak: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, peak)))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= peak) ?? 1
}
