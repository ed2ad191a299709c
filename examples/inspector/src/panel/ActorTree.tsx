import { type ReactNode, useMemo, useState } from 'react'
import { describeValue } from '../../../../stories/machines/drawChart.js'
import { type ActorStore, isEnded, type ShownActor } from './actorStore.js'

/** Of one parent; the filter finds the others. */
const MOST_CHILDREN = 50

type Children = ReadonlyMap<string | undefined, readonly ShownActor[]>

interface ActorTreeProps {
  readonly store: ActorStore
  readonly chosenId: string | undefined
  readonly onChoose: (id: string) => void
}

export function ActorTree({ store, chosenId, onChoose }: ActorTreeProps): ReactNode {
  const [filter, setFilter] = useState('')
  const version = store.getVersion()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the store is the same object whenever its version changes
  const children = useMemo(() => childrenIn(store, filter), [store, filter, version])
  return (
    <nav className="in-tree" aria-labelledby="in-tree-title">
      <h2 id="in-tree-title">Actors</h2>
      <input
        type="search"
        aria-label="Filter actors"
        placeholder="Filter"
        value={filter}
        onChange={({ target }) => setFilter(target.value)}
      />
      <Branch parentId={undefined} childrenOf={children} chosenId={chosenId} onChoose={onChoose} />
    </nav>
  )
}

/** Those whose name has the filter in it, and their ancestors. */
function childrenIn({ actors }: ActorStore, filter: string): Children {
  const wanted = new Set<string>()
  for (const actor of actors.values()) if (actor.name.includes(filter)) addWithAncestors(actors, actor.id, wanted)
  const children = new Map<string | undefined, ShownActor[]>()
  for (const actor of actors.values()) {
    if (!wanted.has(actor.id)) continue
    const siblings = children.get(actor.parentId)
    if (siblings) siblings.push(actor)
    else children.set(actor.parentId, [actor])
  }
  return children
}

function addWithAncestors(actors: ActorStore['actors'], id: string | undefined, found: Set<string>): void {
  for (let at = id; at !== undefined && !found.has(at); at = actors.get(at)?.parentId) found.add(at)
}

interface BranchProps extends Omit<ActorTreeProps, 'store'> {
  readonly parentId: string | undefined
  readonly childrenOf: Children
}

function Branch({ parentId, childrenOf, chosenId, onChoose }: BranchProps): ReactNode {
  const all = childrenOf.get(parentId) ?? []
  if (all.length === 0) return null
  const sorted = all.length > MOST_CHILDREN ? [...all].sort((a, b) => Number(isEnded(a)) - Number(isEnded(b))) : all
  return (
    <ul>
      {sorted.slice(0, MOST_CHILDREN).map((actor) => (
        <li key={actor.id}>
          <button
            type="button"
            aria-current={actor.id === chosenId ? 'true' : undefined}
            data-ended={isEnded(actor)}
            onClick={() => onChoose(actor.id)}
          >
            <span>{actor.name}</span>
            <small>{wordsOf(actor)}</small>
          </button>
          <Branch parentId={actor.id} childrenOf={childrenOf} chosenId={chosenId} onChoose={onChoose} />
        </li>
      ))}
      {all.length > MOST_CHILDREN ? (
        <li className="in-more">and {(all.length - MOST_CHILDREN).toLocaleString()} more: the filter finds them</li>
      ) : null}
    </ul>
  )
}

function wordsOf({ snapshot: { value, size, status } }: ShownActor): string {
  if (value !== undefined) return describeValue(value)
  if (size !== undefined) return size === 1 ? '1 child' : `${size.toLocaleString()} children`
  return status === 'active' ? '' : (status ?? '')
}
