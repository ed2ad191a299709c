import type { ReactNode } from 'react'
import type { LibrarySort } from '../words/widgetMessages.js'
import { useWords } from '../words/wordsContext.js'
import type { PluginLibraryModel } from './usePluginLibrary.js'

interface LibraryTopProps {
  readonly model: PluginLibraryModel
  readonly headingId: string
  readonly headingLevel: 2 | 3 | 4 | 5
}

const SORTS: readonly LibrarySort[] = ['name', 'size', 'lastUsed']

export function LibraryTop({ model, headingId, headingLevel }: LibraryTopProps): ReactNode {
  const { messages, say } = useWords()
  const { library } = messages
  const Heading = `h${headingLevel}` as const
  return (
    <div className="pd-library__top">
      <Heading className="pd-library__title" id={headingId} tabIndex={-1} data-rest-focus>
        {say(library.title)}
      </Heading>
      {model.isSearchable ? (
        <input
          type="search"
          className="pd-input"
          aria-label={say(library.search)}
          placeholder={say(library.search)}
          value={model.search}
          onChange={({ target }) => model.setSearch(target.value)}
        />
      ) : null}
      {model.isSortable ? (
        <label className="pd-library__sort">
          {say(library.sortBy)}{' '}
          <select
            className="pd-input"
            value={model.sort}
            onChange={({ target }) => model.setSort(SORTS.find((sort) => sort === target.value) ?? 'name')}
          >
            {SORTS.map((sort) => (
              <option key={sort} value={sort}>
                {say(library.sorts[sort])}
              </option>
            ))}
          </select>
        </label>
      ) : null}
    </div>
  )
}
