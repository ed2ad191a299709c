import type { HeirInput, SupervisorActors } from '../../../machines/supervisor.actors.js'
import type { DockState } from '../dockState.js'
import { reporting } from '../reporting.js'
import { letGo } from '../shutDown.js'
import type { TabMessage } from './messages.js'

/** Lets go of everything, and has the page that can be seen take over. */
export function createYielding(stateOf: (input: HeirInput) => DockState): SupervisorActors['yielding'] {
  return reporting(async (input: HeirInput) => {
    const state = stateOf(input)
    const channel = state.host.followers?.openChannel()
    const tell = (): void => channel?.post({ type: 'plugdock.heir', pageId: input.heir } satisfies TabMessage)
    await letGo(state, (stores) => (stores.handOver ? stores.handOver(tell) : stores.close()))
    channel?.close()
    return { type: 'leadership.left' }
  })
}
