import type { StatelyInspectionEvent } from '@statelyai/inspect'
import { inspectActors } from 'plugdock'
import type { AnyActorRef, InspectionEvent, Subscription } from 'xstate'
import { holdForLife, whenGone } from '../lives.js'
import { type Connected, channelOf, type InspectedPage, LOBBY, type LobbyMessage, type Told } from '../protocol.js'
import { createNarrator } from './narrator.js'

/** Often enough to look alive, seldom enough to cost little. */
const TELL_EVERY_MS = 50

/** Lets panels of this origin look at an actor and all others of its system. It costs nothing while none does. */
export function offerInspection(actor: AnyActorRef): void {
  const page: InspectedPage = { id: crypto.randomUUID(), address: location.href, openedAt: performance.timeOrigin }
  const lobby = new BroadcastChannel(LOBBY)
  const channel = new BroadcastChannel(channelOf(page.id))
  const panels = new Set<string>()
  let attached: Subscription | undefined

  const attach = (): void => {
    attached?.unsubscribe()
    attached = panels.size > 0 ? tellAll(actor, channel) : undefined
  }
  channel.addEventListener('message', ({ data }: MessageEvent<Connected>) => {
    if (data.type !== '@statelyai.connected') return
    panels.add(data.panelId)
    attach()
    whenGone(data.panelId, () => {
      panels.delete(data.panelId)
      if (panels.size === 0) attach()
    })
  })
  const sayHere = (): void => lobby.postMessage({ type: 'here', page } satisfies LobbyMessage)
  lobby.addEventListener('message', ({ data }: MessageEvent<LobbyMessage>) => {
    if (data.type === 'who') sayHere()
  })
  holdForLife(page.id, sayHere)
}

/** Every actor that is alive, then what happens, in parcels. */
function tellAll(actor: AnyActorRef, channel: BroadcastChannel): Subscription {
  const narrate = createNarrator()
  let messages: StatelyInspectionEvent[] = []
  const flush = (): void => {
    channel.postMessage({ type: 'told', messages } satisfies Told)
    messages = []
  }
  const inspection = inspectActors(actor, (happened: InspectionEvent) => {
    const message = narrate(happened)
    if (!message) return
    if (messages.length === 0) setTimeout(flush, TELL_EVERY_MS)
    messages.push(message)
  })
  return inspection
}
