import type { DownloadProgress } from '../../domain/progress.js'
import { formatBytes, percentOf } from '../format.js'
import { type CliIo, writeLine } from '../io.js'
import type { ProgressReporter } from './reporter.js'
import { activityOf, figuresOf, nameOf, percentText, sentenceOf } from './words.js'

const STEP_PERCENT = 10

interface Shown {
  readonly sentence: string
  readonly step: number
}

/** Plain lines, for logs: one at each change of what a download does, and one every ten percent. */
export function createLineReporter({ stdout, stderr }: CliIo): ProgressReporter {
  const shown = new Map<string, Shown>()
  return {
    update: (source, progress) => {
      const now = { sentence: sentenceOf(progress), step: stepOf(progress) }
      const last = shown.get(source)
      shown.set(source, now)
      if (isSettled(progress)) return
      if (last?.sentence !== now.sentence) writeLine(stderr, stateLine(source, progress))
      else if (now.step > last.step) writeLine(stderr, stepLine(source, progress))
    },
    installed: (_source, { pluginId, version, sizeBytes }) =>
      writeLine(stdout, `Installed ${pluginId} ${version} (${formatBytes(sizeBytes)})`),
    failed: (source, { message }) => writeLine(stderr, `plugdock: ${source}: ${message}`),
    close: () => {},
  }
}

/** These have a line of their own. */
function isSettled({ state }: DownloadProgress): boolean {
  return state === 'installed' || state === 'failed'
}

function stepOf(progress: DownloadProgress): number {
  return Math.floor((percentOf(progress) ?? 0) / STEP_PERCENT)
}

function stateLine(source: string, progress: DownloadProgress): string {
  const figures = figuresOf(progress)
  return `${nameOf(progress, source)}: ${sentenceOf(progress)}${figures ? `, ${figures}` : ''}`
}

function stepLine(source: string, progress: DownloadProgress): string {
  const parts = [percentText(progress), figuresOf(progress), activityOf(progress).replaceAll('  ', ', ')]
  return `${nameOf(progress, source)}: ${parts.join(', ')}`
}
