import type { DownloadProgress } from 'plugdock/browser'
import { useDownloads, useInstalledPlugins } from 'plugdock/react'
import type { ReactNode } from 'react'
import type { CatalogueItem } from '../origin.js'
import { type Playground, usePlayground } from '../playgroundContext.js'
import { usePreferences } from '../preferences.js'
import { isUnfinished } from '../states.js'
import type { PageWords } from '../words/pageWords.js'
import { usePageWords } from '../words/usePageWords.js'
import { itemOfStep, numberOf, STEP_COUNT, type StepName } from './steps.js'

/** The first steps, at the top of the library until they are done or skipped. */
export function TourBar(): ReactNode {
  const { preferences } = usePreferences()
  return preferences.tourStep === null ? null : <Bar step={preferences.tourStep} />
}

function Bar({ step }: { readonly step: StepName }): ReactNode {
  const { change } = usePreferences()
  const words = usePageWords()
  const playground = usePlayground()
  const plugins = useInstalledPlugins()
  const downloads = useDownloads()
  const { origin } = playground
  const progressOf = (id: string) => downloads.find((one) => isUnfinished(one) && playground.itemOf(one)?.id === id)
  const isTaken = ({ id }: CatalogueItem) => {
    const state = progressOf(id)?.state
    // what is on its way needs no more room
    if (step === 'fill' && state !== undefined && state !== 'awaitingSpace') return true
    return plugins?.some(({ pluginId }) => pluginId === id) ?? false
  }
  const item = itemOfStep(step, origin.plugins, isTaken)
  if (!item || !plugins) return null
  const progress = progressOf(item.id)
  const { text, action } = sceneOf(step, { item, progress, playground, words })
  const { tour } = words
  const isLast = step === 'end'
  return (
    <section className="pg-tour" aria-label={tour.label(numberOf(step), STEP_COUNT)} data-step={step}>
      <span className="pg-tour__n pd-num" aria-hidden="true">
        {tour.count(numberOf(step), STEP_COUNT)}
      </span>
      <p role="status">
        <b>{tour.steps[step][0]}</b> {text}
      </p>
      <div className="pd-actions">
        <button
          type="button"
          className={isLast ? 'pd-btn pd-btn--main' : 'pd-btn pd-btn--link'}
          onClick={() => change({ tourStep: null })}
        >
          {isLast ? tour.done : tour.skip}
        </button>
        {action ? (
          <button
            type="button"
            className="pd-btn pd-btn--main"
            aria-disabled={action.isBusy || undefined}
            onClick={() => !action.isBusy && action.run()}
          >
            {action.label}
          </button>
        ) : null}
      </div>
    </section>
  )
}

interface SceneInput {
  readonly item: CatalogueItem
  /** Of the item, while it is unfinished. */
  readonly progress: DownloadProgress | undefined
  readonly playground: Playground
  readonly words: PageWords
}

interface Scene {
  readonly text: string
  readonly action?: { readonly label: string; readonly isBusy?: boolean; run(): void } | undefined
}

/** What is said, and what can be pressed, as things are. */
function sceneOf(step: StepName, input: SceneInput): Scene {
  const { item, progress, playground, words } = input
  const { tour } = words
  const { faults } = playground
  const text = tour.steps[step][1](item.title, faults.nextBroken)
  const install = { label: tour.install(item.title), run: () => playground.install(item) }
  switch (step) {
    case 'install':
      return { text, action: progress ? undefined : install }
    case 'open':
      return { text, action: { label: `${words.shelf.open} ${item.title}`, run: () => playground.open(item.id) } }
    case 'break':
      return breakScene(input, text, install)
    case 'fill':
      return fillScene(input, text, install)
    case 'update':
      return progress ? { text: tour.updateNow(item.title, item.version) } : { text, action: publishAction(input) }
    case 'end':
      return { text }
  }
}

function publishAction({ playground: { faults }, words: { tour, faults: names } }: SceneInput): Scene['action'] {
  const isBusy = faults.busy === 'broken'
  return { label: isBusy ? names.publishing : tour.publish, isBusy, run: () => faults.publishBroken() }
}

function breakScene({ item, progress, playground, words }: SceneInput, text: string, install: Scene['action']): Scene {
  const { tour } = words
  const { faults } = playground
  if (faults.active.includes('offline'))
    return {
      text: progress ? tour.offlineNow(item.title) : text,
      action: { label: tour.goOnline, run: () => faults.set('offline', false) },
    }
  return progress
    ? { text, action: { label: tour.goOffline, run: () => faults.set('offline', true) } }
    : { text, action: install }
}

function fillScene({ item, progress, playground, words }: SceneInput, text: string, install: Scene['action']): Scene {
  const { tour, faults: names } = words
  const { faults } = playground
  if (progress?.state === 'awaitingSpace') return { text: tour.waitsNow(item.title) }
  if (faults.busy === 'full') return { text, action: { label: names.filling, isBusy: true, run: () => {} } }
  if (!faults.active.includes('full'))
    return { text, action: { label: tour.fill, run: () => faults.set('full', true) } }
  return progress ? { text: tour.filledNow(item.title) } : { text: tour.filledNow(item.title), action: install }
}
