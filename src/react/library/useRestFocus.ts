import { type FocusEvent, useEffect, useRef } from 'react'

/** Where the focus goes when the row that had it leaves: to the row that takes its place, else to the title. */
export function useRestFocus(pluginIds: readonly string[]) {
  const root = useRef<HTMLElement>(null)
  const held = useRef<number>(undefined)
  const order = pluginIds.join('\n')
  useEffect(() => {
    const known = order.split('\n')
    if (held.current === undefined || document.activeElement !== document.body) return
    const next = known[Math.min(held.current, known.length - 1)] ?? ''
    const row = root.current?.querySelector<HTMLElement>(`[data-plugin="${CSS.escape(next)}"] [data-menu]`)
    const target = row ?? root.current?.querySelector<HTMLElement>('[data-rest-focus]')
    target?.focus()
  }, [order])
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    const pluginId = target.closest<HTMLElement>('[data-plugin]')?.dataset.plugin
    held.current = pluginId === undefined ? undefined : pluginIds.indexOf(pluginId)
  }
  return { root, onFocus }
}
