import type { DownloadProgress, DownloadState } from '../../domain/progress.js'

/** Of the native progress element. */
export interface CardBar {
  /** Percent; `undefined` while the size is not known. */
  readonly value: number | undefined
  /** Percent of the filled part that was on the device before. */
  readonly reusedPercent: number
  readonly label: string
}

export type StepName = 'download' | 'check' | 'install'

export interface CardStep {
  readonly name: StepName
  readonly label: string
  readonly phase: 'done' | 'now' | 'next'
}

const WITHOUT_BAR = new Set<DownloadState>(['installed', 'rolledBack', 'cancelled'])
const NEARLY_DONE = new Set<DownloadState>(['verifying', 'installing'])
const STEPS: readonly StepName[] = ['download', 'check', 'install']
const CURRENT_STEP: Partial<Readonly<Record<DownloadState, StepName>>> = {
  resolving: 'download',
  downloading: 'download',
  verifying: 'check',
  installing: 'install',
}

/** Whole percent, never a hundred: only what is installed is done. `undefined` without a total. */
export function percentOf({ state, bytesDownloaded, totalBytes }: DownloadProgress): number | undefined {
  if (NEARLY_DONE.has(state)) return 99
  if (totalBytes === undefined) return undefined
  return totalBytes === 0 ? 0 : Math.min(99, Math.floor((100 * bytesDownloaded) / totalBytes))
}

/** The number beside the name. */
export function shownPercent(progress: DownloadProgress): number | undefined {
  if (WITHOUT_BAR.has(progress.state)) return undefined
  if (progress.state === 'queued' && progress.bytesDownloaded === 0) return undefined
  return percentOf(progress)
}

export function barOf(progress: DownloadProgress, label: string): CardBar | undefined {
  const { state, bytesDownloaded, bytesReused } = progress
  if (WITHOUT_BAR.has(state)) return undefined
  const reusedPercent = bytesDownloaded > 0 ? Math.round((100 * bytesReused) / bytesDownloaded) : 0
  return { value: percentOf(progress), reusedPercent, label }
}

/** Only while something moves. */
export function stepsOf({ state }: DownloadProgress, labelOf: (name: StepName) => string): readonly CardStep[] {
  const current = CURRENT_STEP[state]
  if (!current) return []
  const at = STEPS.indexOf(current)
  return STEPS.map((name, index) => ({ name, label: labelOf(name), phase: phaseOf(index - at) }))
}

function phaseOf(distance: number): CardStep['phase'] {
  if (distance === 0) return 'now'
  return distance < 0 ? 'done' : 'next'
}
