import type { DownloadProgress } from '../../domain/progress.js'
import { percentOf } from '../format.js'
import { activityOf, figuresOf, nameOf, percentText, reasonOf } from './words.js'

const NAME_COLUMNS = 24
const FIGURES_COLUMNS = 17
const BAR_COLUMNS = { least: 8, most: 28 }

/** One download on one line that fits the terminal: name, bar, percent, bytes, speed and time, or why it does not move. */
export function barLine(source: string, progress: DownloadProgress, columns: number): string {
  const bar = barOf(progress, barColumns(columns))
  const name = cut(nameOf(progress, source), NAME_COLUMNS).padEnd(NAME_COLUMNS)
  const percent = (percentText(progress) || '…').padStart(4)
  // A terminal that is written to its last column may wrap.
  return cut([name, ' ', bar, ' ', percent, '  ', rest(progress)].join('').trimEnd(), columns - 1)
}

/** A reason needs the room of the bytes, which stand still meanwhile. */
function rest(progress: DownloadProgress): string {
  if (reasonOf(progress) !== undefined) return activityOf(progress)
  return `${figuresOf(progress).padStart(FIGURES_COLUMNS)}  ${activityOf(progress)}`
}

/** What name, percent, bytes, speed and time leave. */
function barColumns(columns: number): number {
  return Math.max(BAR_COLUMNS.least, Math.min(BAR_COLUMNS.most, columns - NAME_COLUMNS - FIGURES_COLUMNS - 38))
}

/** Empty while the size is unknown; full only when it is installed. */
function barOf(progress: DownloadProgress, columns: number): string {
  const percent = percentOf(progress)
  if (percent === undefined) return '·'.repeat(columns)
  const filled = Math.floor((columns * percent) / 100)
  return '━'.repeat(filled) + '─'.repeat(columns - filled)
}

function cut(text: string, columns: number): string {
  const letters = [...text]
  return letters.length <= columns ? text : `${letters.slice(0, Math.max(0, columns - 1)).join('')}…`
}
