import { firstContext } from './download.context.js'
import type { downloadMachine } from './download.machine.js'
import type { DownloadInput } from './download.types.js'
import type { DownloadSnapshot } from './taskView.js'

type Machine = typeof downloadMachine
type Scope = Parameters<Machine['getInitialSnapshot']>[0]

/**
 * The same logic, for thousands of children. A new download begins in one of two states and does nothing there: its
 * first snapshot is the first one's of its kind with a context of its own, so that neither the walk through the chart
 * nor what it ends in is made again for each. A snapshot is never changed, only replaced.
 */
export function sharingFirstSnapshots(machine: Machine): Machine {
  const kinds = new Map<string, DownloadSnapshot>()
  const getInitialSnapshot = (scope: Scope, input: DownloadInput): DownloadSnapshot => {
    const kind = kindOf(input)
    const known = kind === undefined ? undefined : kinds.get(kind)
    if (known) return { ...known, context: firstContext({ input }) }
    const first = machine.getInitialSnapshot(scope, input)
    if (kind !== undefined && first.status === 'active') kinds.set(kind, first)
    return first
  }
  return Object.create(machine, { getInitialSnapshot: { value: getInitialSnapshot } })
}

/** All that the chart looks at first, of one that is new; `undefined` where something goes on that was before. */
function kindOf({ record: { failure, askedWait, hold, plan } }: DownloadInput): string | undefined {
  if (failure || askedWait || hold) return undefined
  return plan && !plan.isOutdated ? 'planned' : 'unplanned'
}
