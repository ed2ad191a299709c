import { useState } from 'react'
import type { PluginView } from '../dock/library.js'
import type { LibrarySort } from '../words/widgetMessages.js'
import { useWords } from '../words/wordsContext.js'
import type { LostPlugin } from './libraryTypes.js'

/** A library without its looks. */
export interface PluginLibraryModel {
  readonly state: 'loading' | 'empty' | 'noMatch' | 'ok'
  /** Those that match, in order. */
  readonly rows: readonly PluginView[]
  readonly lost: readonly LostPlugin[]
  readonly sort: LibrarySort
  readonly setSort: (sort: LibrarySort) => void
  readonly isSortable: boolean
  readonly search: string
  readonly setSearch: (text: string) => void
  /** From so many plugins on that it is worth it. */
  readonly isSearchable: boolean
}

const SEARCHABLE_FROM = 8
const NO_LOST: readonly LostPlugin[] = []

/** Order and search of a library, ready to be drawn any way you like. */
export function usePluginLibrary(
  plugins: readonly PluginView[] | undefined,
  lost: readonly LostPlugin[] = NO_LOST,
): PluginLibraryModel {
  const { locale } = useWords()
  const [sort, setSort] = useState<LibrarySort>('name')
  const [search, setSearch] = useState('')
  const known = plugins ?? []
  const rows = known.filter((view) =>
    nameOf(view).toLocaleLowerCase(locale).includes(search.trim().toLocaleLowerCase(locale)),
  )
  return {
    state: stateOf(plugins, rows.length, lost.length),
    rows: [...rows].sort(orderOf(sort, new Intl.Collator(locale, { numeric: true }))),
    lost: lost.filter(({ pluginId }) => !known.some(({ plugin }) => plugin.pluginId === pluginId)),
    sort,
    setSort,
    isSortable: known.length > 1,
    search,
    setSearch,
    isSearchable: known.length >= SEARCHABLE_FROM,
  }
}

function stateOf(plugins: readonly PluginView[] | undefined, rows: number, lost: number): PluginLibraryModel['state'] {
  if (!plugins) return 'loading'
  if (plugins.length === 0) return lost === 0 ? 'empty' : 'ok'
  return rows === 0 ? 'noMatch' : 'ok'
}

function nameOf({ plugin }: PluginView): string {
  return plugin.name ?? plugin.pluginId
}

function orderOf(sort: LibrarySort, collator: Intl.Collator): (left: PluginView, right: PluginView) => number {
  const byName = (left: PluginView, right: PluginView) => collator.compare(nameOf(left), nameOf(right))
  if (sort === 'name') return byName
  const keyOf = ({ plugin }: PluginView) => (sort === 'size' ? plugin.sizeBytes : plugin.lastUsedAt)
  return (left, right) => keyOf(right) - keyOf(left) || byName(left, right)
}
