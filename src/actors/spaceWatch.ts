import { Observable } from 'rxjs'
import { fromEventObservable } from 'xstate'
import type { MemberInput, SupervisorActors } from '../../machines/supervisor.actors.js'
import type { SupervisorReport } from '../../machines/supervisor.types.js'
import type { DownloadState } from '../domain/progress.js'
import type { DockState } from './dockState.js'
import type { JournalEntry } from './journal.js'

type Measured = Extract<SupervisorReport, { type: 'space.measured' }>

/** How many bytes a download that waits for room can count on. */
type Measure = (state: DockState) => Promise<number>

/** While a download has its turn, its room is promised to it. */
const AT_IT = new Set<DownloadState>(['downloading', 'verifying', 'installing'])

/** Takes promised room back when a download stops, and measures while another one waits for some. */
export function createSpace(stateOf: (input: MemberInput) => DockState, measure: Measure): SupervisorActors['space'] {
  return fromEventObservable(
    ({ input }: { input: MemberInput }) =>
      new Observable<Measured>((subscriber) => {
        const state = stateOf(input)
        state.space.releaseAll()
        const entries = state.journal.entries.subscribe((entry) => release(state, entry))
        const looks = state.space.looks.subscribe(
          whenever(() => look(state, measure, (report) => subscriber.next(report))),
        )
        return () => {
          entries.unsubscribe()
          looks.unsubscribe()
        }
      }),
  )
}

function release({ space }: DockState, entry: JournalEntry): void {
  if (entry.type === 'removed') space.release(entry.taskId)
  else if (!AT_IT.has(entry.view.record.state)) space.release(entry.view.record.taskId)
}

async function look(state: DockState, measure: Measure, report: (measured: Measured) => void): Promise<void> {
  const waits = [...state.journal.views.values()].some(({ record }) => record.state === 'awaitingSpace')
  if (!waits) return
  const availableBytes = await measure(state)
  report({ type: 'space.measured', availableBytes })
}

/** Runs `work` whenever it is asked, never twice at a time, and once more where it was asked meanwhile. */
function whenever(work: () => Promise<void>): () => void {
  let isRunning = false
  let isAsked = false
  const run = async (): Promise<void> => {
    isRunning = true
    while (isAsked) {
      isAsked = false
      // what cannot be measured now is measured at the next look
      await work().catch(() => {})
    }
    isRunning = false
  }
  return () => {
    isAsked = true
    if (!isRunning) void run()
  }
}
