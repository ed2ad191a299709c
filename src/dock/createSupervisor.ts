import { Observable } from 'rxjs'
import { type EventObject, fromCallback, fromEventObservable } from 'xstate'
import { activationMachine } from '../../machines/activation.machine.js'
import { downloadMachine } from '../../machines/download.machine.js'
import { createFleet } from '../../machines/fleet.js'
import type { FleetConnections } from '../../machines/fleet.types.js'
import type { MemberInput, SupervisorActors } from '../../machines/supervisor.actors.js'
import { supervisorMachine } from '../../machines/supervisor.machine.js'
import type { PolicyCommand, SupervisorReport } from '../../machines/supervisor.types.js'
import { createTrials } from '../../machines/trials.js'
import type { TrialConnections } from '../../machines/trials.types.js'
import { createBoot } from '../actors/boot.js'
import { bytesToTransfer } from '../actors/bytesToTransfer.js'
import { keepCheckpoints } from '../actors/checkpoints.js'
import { createConditions, presentCircumstances } from '../actors/conditionsWatch.js'
import { createDeadline } from '../actors/deadline.js'
import { bindState, type DockState, findState, storesOf } from '../actors/dockState.js'
import { abandon } from '../actors/effect.js'
import { intake } from '../actors/intake.js'
import { reporting } from '../actors/reporting.js'
import { shutDown } from '../actors/shutDown.js'
import { createSpace } from '../actors/spaceWatch.js'
import { createFollow } from '../actors/tabs/follow.js'
import { createHerald } from '../actors/tabs/herald.js'
import { createYielding } from '../actors/tabs/yielding.js'
import { keepTaskLimits } from '../actors/taskLimits.js'
import { createTrialActors, trialEnded } from '../actors/trialActors.js'
import { createDownloadActors } from './downloadActors.js'
import { leading } from './laterParts.js'
import { leaderHandlers } from './leaderHandlers.js'

/** The supervisor with every actor it names. Each actor made of it gets a state of its own from `createState`. */
export function createSupervisor(createState: () => DockState): typeof supervisorMachine {
  const stateOf = ({ supervisor }: MemberInput): DockState => {
    const found = findState(supervisor)
    if (found) return found
    const made = createState()
    bindState(supervisor, made)
    made.trials.connect((command) => supervisor.send(command))
    made.calls.serve(leaderHandlers(made, supervisor))
    return made
  }
  const actors: SupervisorActors = {
    boot: createBoot(stateOf),
    follow: createFollow(stateOf),
    herald: createHerald(stateOf),
    yielding: createYielding(stateOf),
    watch: createWatch(stateOf),
    custody: createCustody(stateOf),
    deadline: createDeadline((input) => stateOf(input).host.clock),
    policy: createPolicy(stateOf),
    conditions: createConditions(stateOf),
    recorder: createRecorder(stateOf),
    space: createSpace(stateOf, async (state) => (await leading.load(state.host)).measureAvailable(state)),
    fleet: createFleet((supervisor) => connections(stateOf({ supervisor }))),
    trials: createTrials((supervisor) => trialConnections(stateOf({ supervisor }))),
    shutdown: createShutdown(stateOf),
  }
  return supervisorMachine.provide({ actors })
}

function connections(state: DockState): FleetConnections {
  state.roster.judgeBy(presentCircumstances(state))
  return {
    download: downloadMachine.provide({ actors: createDownloadActors(state) }),
    restored: storesOf(state).restored,
    roster: state.roster,
    journal: state.journal,
    abandon: (taskId) => abandon(state, taskId),
    lookForSpace: () => state.space.looks.next(),
    bytesToTransfer: (record) => bytesToTransfer(state, record),
    later: (work) => void state.host.clock.setTimeout(work, 0),
    intake: (source, options) => intake(state.inbox, source, options.baseUrl),
  }
}

function trialConnections(state: DockState): TrialConnections {
  return {
    activation: activationMachine.provide({ actors: createTrialActors(state) }),
    ended: (token, output) => trialEnded(state, token, output),
  }
}

function createPolicy(stateOf: (input: MemberInput) => DockState): SupervisorActors['policy'] {
  return fromCallback<PolicyCommand, MemberInput>(({ input, receive }) => {
    const { policy } = stateOf(input)
    receive((command) => {
      if (command.type === 'policy.change') policy.change(command.part)
      else policy.reset()
    })
  })
}

function createRecorder(stateOf: (input: MemberInput) => DockState): SupervisorActors['recorder'] {
  return fromEventObservable(
    ({ input }: { input: MemberInput }) =>
      new Observable<Extract<SupervisorReport, { type: 'tasks.recorded' | 'tasks.unrecorded' | 'version.rolledBack' }>>(
        (subscriber) => {
          const state = stateOf(input)
          const { records, epoch } = storesOf(state)
          state.journal.connect(
            (changes) => records.commit(changes, { epoch }),
            (report) => {
              if (report.type === 'tasks.recorded') forgetInlineManifests(state, report.taskIds)
              subscriber.next(report)
            },
          )
          const notices = state.notices.heard.subscribe((notice) => {
            if (notice.type === 'rolledBack') subscriber.next({ ...notice, type: 'version.rolledBack' })
          })
          const endCheckpoints = keepCheckpoints(state)
          const endLimits = keepTaskLimits(state)
          return () => {
            notices.unsubscribe()
            endCheckpoints()
            endLimits()
            state.journal.disconnect()
          }
        },
      ),
  )
}

/** What is recorded needs no place in memory. */
function forgetInlineManifests({ inbox, journal }: DockState, taskIds: readonly string[]): void {
  for (const taskId of taskIds) inbox.delete(journal.views.get(taskId)?.record.source ?? '')
}

function createWatch(stateOf: (input: MemberInput) => DockState): SupervisorActors['watch'] {
  return reporting(async (input: MemberInput) => {
    // hosts that lose nothing never settle
    await (storesOf(stateOf(input)).lost ?? new Promise<never>(() => {}))
    return { type: 'stores.lost' }
  })
}

/** An app may stop its supervisor without asking it to close. */
function createCustody(stateOf: (input: MemberInput) => DockState): SupervisorActors['custody'] {
  return fromCallback<EventObject, MemberInput>(({ input }) => {
    const state = stateOf(input)
    return () => void shutDown(state)
  })
}

function createShutdown(stateOf: (input: MemberInput) => DockState): SupervisorActors['shutdown'] {
  return reporting(async (input: MemberInput) => {
    await shutDown(stateOf(input))
    return { type: 'shutdown.completed' }
  })
}
