import { useDownloads } from 'plugdock/react'
import { type ReactNode, useEffect } from 'react'
import type { CatalogueItem } from './origin.js'
import { type Playground, usePlayground } from './playgroundContext.js'
import { usePreferences } from './preferences.js'
import { isUnfinished } from './states.js'

interface Situation {
  readonly playground: Playground
  /** What runs on the stage. */
  readonly pluginId: string | undefined
  readonly isDownloading: (item: CatalogueItem) => boolean
  readonly isInstalled: (item: CatalogueItem) => boolean
}

interface Step {
  /** Of the plugin it is about, in the catalogue. */
  readonly about: number
  readonly title: string
  readonly text: (name: string) => string
  readonly action: (item: CatalogueItem, situation: Situation) => StepAction | undefined
  /** A step ends by what happens, not by a button. */
  readonly isDone: (item: CatalogueItem, situation: Situation) => boolean
}

interface StepAction {
  readonly label: string
  run(): void
}

const STEPS: readonly Step[] = [
  {
    about: 0,
    title: 'Install a plugin.',
    text: (name) => `Press Install on ${name}. You see how far it is, how fast, and how long it takes.`,
    action: (item, { playground, isDownloading }) =>
      isDownloading(item) ? undefined : { label: `Install ${item.title}`, run: () => playground.install(item) },
    isDone: (item, { isInstalled }) => isInstalled(item),
  },
  {
    about: 0,
    title: 'Open it.',
    text: (name) => `${name} is on this device now. Each time it starts, its bytes are read and checked again.`,
    action: (item, { playground }) => ({ label: `Open ${item.title}`, run: () => playground.open(item.id) }),
    isDone: (item, { pluginId }) => pluginId === item.id,
  },
  {
    about: 2,
    title: 'Now break it.',
    text: (name) =>
      `Install ${name}, and while it downloads reload this page, pause it, or take the origin offline. It goes on where it was.`,
    action: breakAction,
    isDone: (item, { isInstalled }) => isInstalled(item),
  },
  {
    about: 2,
    title: 'That is all.',
    text: () => 'Whatever happened on the way, every byte was checked. Under Faults there is more to break.',
    action: () => undefined,
    isDone: () => false,
  },
]

function breakAction(item: CatalogueItem, { playground, isDownloading }: Situation): StepAction | undefined {
  const { origin, changeOrigin, install } = playground
  if (!isDownloading(item)) return { label: `Install ${item.title}`, run: () => install(item) }
  if (origin.weather === 'offline') return { label: 'Back online', run: () => changeOrigin({ weather: 'clear' }) }
  return { label: 'Go offline', run: () => changeOrigin({ weather: 'offline' }) }
}

/** The first steps, at the top of the library until they are done or skipped. */
export function TourBar({ pluginId }: { readonly pluginId: string | undefined }): ReactNode {
  const { preferences, change } = usePreferences()
  const situation = useSituation(pluginId)
  const { tourStep = STEPS.length } = preferences
  const step = STEPS[tourStep]
  const item = step && situation.playground.origin.plugins[step.about]
  const isDone = step !== undefined && item !== undefined && step.isDone(item, situation)
  useEffect(() => {
    if (isDone) change({ tourStep: tourStep + 1 })
  }, [isDone, tourStep, change])
  if (!step || !item) return null
  const action = step.action(item, situation)
  const isLast = tourStep === STEPS.length - 1
  return (
    <div className="pg-tour" role="note" aria-label={`Tour, step ${tourStep + 1} of ${STEPS.length}`}>
      <span className="pg-tour__n pd-num">
        {tourStep + 1} of {STEPS.length}
      </span>
      <p>
        <b>{step.title}</b> {step.text(item.title)}
      </p>
      <div className="pd-actions">
        <button
          type="button"
          className={isLast ? 'pd-btn pd-btn--main' : 'pd-btn pd-btn--link'}
          onClick={() => change({ tourStep: undefined })}
        >
          {isLast ? 'Done' : 'Skip tour'}
        </button>
        {action ? (
          <button type="button" className="pd-btn pd-btn--main" onClick={action.run}>
            {action.label}
          </button>
        ) : null}
      </div>
    </div>
  )
}

function useSituation(pluginId: string | undefined): Situation {
  const playground = usePlayground()
  const downloads = useDownloads()
  return {
    playground,
    pluginId,
    isDownloading: (item) =>
      downloads.some((download) => isUnfinished(download) && playground.itemOf(download)?.id === item.id),
    isInstalled: (item) => playground.storage?.installed.some((plugin) => plugin.pluginId === item.id) ?? false,
  }
}
