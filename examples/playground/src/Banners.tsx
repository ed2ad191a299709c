import { PluginDockError } from 'plugdock/browser'
import type { ReactNode } from 'react'
import { Icon } from './Icon.js'
import { usePlayground } from './playgroundContext.js'
import { STRIKES, WEATHERS } from './weathers.js'

interface BannersProps {
  /** What a command came to. */
  readonly problem: unknown
  onDismiss(): void
}

/** What holds on every page: another tab that leads, an origin that is broken, a command that failed. */
export function Banners({ problem, onDismiss }: BannersProps): ReactNode {
  const { isFollower } = usePlayground()
  return (
    <>
      {isFollower ? (
        <div className="pg-banner pg-banner--accent" role="status" data-banner="follower">
          <Icon name="tabs" />
          <p>
            <b>Another tab leads.</b> It downloads and deletes; this one shows what it does, and can open what is
            installed. Close the other, and this one takes over.
          </p>
        </div>
      ) : null}
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
  if (problem instanceof PluginDockError && problem.code === 'locked')
    return 'Another tab leads: do it there, or close that tab.'
  return problem instanceof Error ? problem.message : String(problem)
}
