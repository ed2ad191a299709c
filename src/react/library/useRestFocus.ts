import { type FocusEvent, useEffect, useRef } from 'react'
import { hasLeft } from '../list/hasLeft.js'

/** Where the focus goes when what had it leaves: to its row's menu, or to the row that takes its place, else to the title. */
export function useRestFocus(pluginIds: readonly string[]) {
  const root = useRef<HTMLElement>(null)
  const held = useRef<{ readonly pluginId: string; readonly at: number }>(undefined)
  useEffect(() => {
    const before = held.current
    if (!before || document.activeElement !== document.body) return
    const isThere = pluginIds.includes(before.pluginId)
    const next = isThere ? before.pluginId : (pluginIds[Math.min(before.at, pluginIds.length - 1)] ?? '')
    const row = root.current?.querySelector<HTMLElement>(`[data-plugin="${CSS.escape(next)}"] [data-menu]`)
    const target = row ?? root.current?.querySelector<HTMLElement>('[data-rest-focus]')
    target?.focus()
  })
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    const pluginId = target.closest<HTMLElement>('[data-plugin]')?.dataset.plugin
    held.current = pluginId === undefined ? undefined : { pluginId, at: pluginIds.indexOf(pluginId) }
  }
  const onBlur = (event: FocusEvent<HTMLElement>) => {
    if (hasLeft(event)) held.current = undefined
  }
  return { root, onFocus, onBlur }
}
