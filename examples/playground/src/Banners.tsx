import type { ReactNode } from 'react'
import { Icon } from './Icon.js'
import { usePlayground } from './playgroundContext.js'
import { STRIKES, WEATHERS } from './weathers.js'

interface BannersProps {
  /** What a command came to. */
  readonly problem: unknown
  onDismiss(): void
}

/** What holds on every page: an origin that is broken, a command that failed. */
export function Banners({ problem, onDismiss }: BannersProps): ReactNode {
  return (
    <>
      <WeatherBanner />
      {problem === undefined ? null : (
        <div className="pg-banner pg-banner--bad" role="alert" data-banner="problem">
          <Icon name="close" />
          <p>{wordsOf(problem)}</p>
          <button type="button" className="pd-btn" onClick={onDismiss}>
            OK
          </button>
        </div>
      )}
    </>
  )
}

function WeatherBanner(): ReactNode {
  const { origin, changeOrigin } = usePlayground()
  if (origin.weather === 'clear' && origin.armed === null) return null
  const { title, effect } = origin.armed === null ? WEATHERS[origin.weather] : STRIKES[origin.armed]
  return (
    <div className="pg-banner" role="status" data-banner="weather">
      <Icon name="faults" />
      <p>
        <b>{origin.armed === null ? `${title} is on.` : `${title}: the next download.`}</b> {effect}
      </p>
      {origin.armed === null ? (
        <button type="button" className="pd-btn" onClick={() => changeOrigin({ weather: 'clear' })}>
          Back to normal
        </button>
      ) : null}
    </div>
  )
}

function wordsOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem)
}
