import type { DownloadProgress } from 'plugdock/browser'
import { useInstalledPlugins, usePlugin, usePluginDock } from 'plugdock/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { isSkipped } from '../faults/brokenUpdate.js'
import { usePlayground } from '../playgroundContext.js'
import { usePreferences } from '../preferences.js'
import { itemOfStep, type StepName, stepAfter } from './steps.js'

type States = ReadonlySet<DownloadProgress['state']>

const STANDS_STILL: Readonly<Record<'break' | 'fill', States>> = {
  break: new Set(['awaitingNetwork', 'retrying', 'paused', 'failed']),
  fill: new Set(['awaitingSpace']),
}
const MOVES: States = new Set(['resolving', 'queued', 'downloading', 'verifying'])
const GOES_ON: States = new Set(['downloading', 'verifying', 'installing', 'installed'])

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
    const still = new Set<string>()
    let isReload = step === stepAtStart.current
    const subscription = downloads.watchAll().subscribe((all) => {
      for (const { taskId, state, bytesDownloaded } of all) {
        if (still.has(taskId) && GOES_ON.has(state)) setEndedStep(step)
        if (STANDS_STILL[step].has(state) || (isReload && MOVES.has(state) && bytesDownloaded > 0)) still.add(taskId)
      }
      isReload = false
    })
    return () => subscription.unsubscribe()
  }, [downloads, step])
  return endedStep !== undefined && endedStep === step
}

function useHasHappened(step: StepName | null): boolean {
  const { origin } = usePlayground()
  const plugins = useInstalledPlugins()
  const [first] = origin.plugins
  const view = usePlugin(first?.id ?? '')
  const has = (id: string) => plugins?.some(({ pluginId }) => pluginId === id) ?? false
  switch (step) {
    case 'install':
      return view !== undefined
    case 'open':
      return view?.plugin.health === 'healthy'
    case 'break':
    case 'fill':
      return plugins !== undefined && itemOfStep(step, origin.plugins, ({ id }) => has(id)) === undefined
    case 'update':
      return isSkipped(view, origin.brokenVersion)
    default:
      return false
  }
}
