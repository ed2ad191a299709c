import type { CSSProperties } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'

const HUES = 6

/** One of six colours, the same for a plugin wherever it is shown. */
export function hueOf({ pluginId, taskId }: Pick<DownloadProgress, 'pluginId' | 'taskId'>): CSSProperties {
  const sum = [...(pluginId ?? taskId)].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 65_521, 7)
  const style: Record<string, string> = { '--pd-hue': `var(--pd-cat-${(sum % HUES) + 1})` }
  return style
}
