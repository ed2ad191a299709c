import type { DownloadProgress } from 'plugdock/browser'
import { useInstalledPlugins, usePlugin, usePluginDock } from 'plugdock/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { isSkipped } from '../faults/brokenUpdate.js'
import { usePlayground } from '../playgroundContext.js'
import { usePreferences } from '../preferences.js'
import { isUnfinished } from '../states.js'
import { itemOfStep, type StepName, stepAfter } from './steps.js'

type States = ReadonlySet<DownloadProgress['state']>

const STANDS_STILL: Readonly<Record<'break' | 'fill', States>> = {
  break: new Set(['awaitingNetwork', 'retrying', 'paused', 'failed']),
  fill: new Set(['awaitingSpace']),
}
const GOES_ON: States = new Set(['downloading', 'verifying', 'installing'])

/** Ends each of the first steps when what it is about has happened, whatever page is shown. Draws nothing. */
export function TourWatch(): ReactNode {
  const { preferences, change } = usePreferences()
  const { tourStep } = preferences
  const hasHappened = useHasHappened(tourStep)
  const hasGoneOn = useHasGoneOn(tourStep)
  const isOver = hasHappened || hasGoneOn
  useEffect(() => {
    if (isOver && tourStep) change({ tourStep: stepAfter(tourStep) })
  }, [isOver, tourStep, change])
  return null
}

/** Whether a download stood still, for lack of room or for whatever a person did, and moves again. */
function useHasGoneOn(step: StepName | null): boolean {
  const { downloads } = usePluginDock()
  const [endedStep, setEndedStep] = useState<StepName>()
  const stepAtStart = useRef(step)
  useEffect(() => {
    if (step !== 'break' && step !== 'fill') return
    // a reload interrupts what was under way, too
    const isReload = step === 'break' && step === stepAtStart.current
    const goesOn = watchGoingOn(STANDS_STILL[step], isReload)
    const subscription = downloads.watchAll().subscribe((all) => {
      if (goesOn(all)) setEndedStep(step)
    })
    return () => subscription.unsubscribe()
  }, [downloads, step])
  return endedStep !== undefined && endedStep === step
}

/** Tells, of one list of downloads after the other, whether bytes come again for one that stood still. */
function watchGoingOn(standsStill: States, isReload: boolean): (all: readonly DownloadProgress[]) => boolean {
  const stillAt = new Map<string, number>()
  let isFirst = isReload
  return (all) => {
    const hasGoneOn = all.some(({ taskId, state, bytesDownloaded }) => {
      const bytes = stillAt.get(taskId)
      return bytes !== undefined && (state === 'installed' || (GOES_ON.has(state) && bytesDownloaded > bytes))
    })
    const standing = all.filter((one) => standsStill.has(one.state) || (isFirst && isUnfinished(one)))
    for (const { taskId, bytesDownloaded } of standing) stillAt.set(taskId, bytesDownloaded)
    if (all.length > 0) isFirst = false
    return hasGoneOn
  }
}

function useHasHappened(step: StepName | null): boolean {
  const { origin } = usePlayground()
  const plugins = useInstalledPlugins()
  const [first] = origin.plugins
  const view = usePlugin(first?.id ?? '')
  const has = (id: string) => plugins?.some(({ pluginId }) => pluginId === id) ?? false
  const skipped = isSkipped(view, origin.brokenVersion) ? origin.brokenVersion : null
  const skippedBefore = useAtStart(step, plugins && skipped)
  switch (step) {
    case 'install':
      return view !== undefined
    case 'open':
      return view?.plugin.health === 'healthy'
    case 'break':
    case 'fill':
      return plugins !== undefined && itemOfStep(step, origin.plugins, ({ id }) => has(id)) === undefined
    case 'update':
      // one that went back earlier is not what this step is about
      return skipped !== null && skippedBefore !== undefined && skipped !== skippedBefore
    default:
      return false
  }
}

/** What was known first of all since the step began. */
function useAtStart<T>(step: StepName | null, known: T | undefined): T | undefined {
  const [start, setStart] = useState<{ readonly step: StepName | null; readonly known: T }>()
  useEffect(() => {
    if (known !== undefined && start?.step !== step) setStart({ step, known })
  }, [step, known, start])
  return start?.step === step ? start.known : undefined
}
