import { createBrowserReceiver } from '@statelyai/inspect'
import { holdForLife, whenGone } from '../lives.js'
import { type Connected, channelOf, type InspectedPage, LOBBY, type LobbyMessage, type Told } from '../protocol.js'
import { ActorStore } from './actorStore.js'

export interface OpenPage {
  readonly page: InspectedPage
  readonly store: ActorStore
}

/** The pages that offer their actors, the oldest first: those that are open, and those that are opened later. */
export class Pages {
  readonly #panelId = crypto.randomUUID()
  readonly #listeners = new Set<() => void>()
  #open: readonly OpenPage[] = []

  constructor() {
    const lobby = new BroadcastChannel(LOBBY)
    lobby.addEventListener('message', ({ data }: MessageEvent<LobbyMessage>) => {
      if (data.type === 'here') this.#connect(data.page)
    })
    holdForLife(this.#panelId, () => lobby.postMessage({ type: 'who' } satisfies LobbyMessage))
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): readonly OpenPage[] => this.#open

  #connect(page: InspectedPage): void {
    if (this.#open.some((other) => other.page.id === page.id)) return
    const store = new ActorStore()
    const channel = new BroadcastChannel(channelOf(page.id))
    createBrowserReceiver({ window: windowOver(channel, this.#panelId) }).subscribe((message) => store.receive(message))
    this.#show([...this.#open, { page, store }].sort((a, b) => a.page.openedAt - b.page.openedAt))
    whenGone(page.id, () => {
      channel.close()
      this.#show(this.#open.filter((other) => other.page.id !== page.id))
    })
  }

  #show(open: readonly OpenPage[]): void {
    this.#open = open
    for (const listener of this.#listeners) listener()
  }
}

/**
 * What the receiver needs of a window: to hear messages, and an opener to tell that it is there. A window that was opened
 * by a page loses it when that page is loaded again; a channel does not.
 */
function windowOver(channel: BroadcastChannel, panelId: string): Window {
  const opener = { postMessage: ({ type }: Connected) => channel.postMessage({ type, panelId } satisfies Connected) }
  const addEventListener = (_: string, listener: (event: { readonly data: unknown }) => void): void => {
    channel.addEventListener('message', ({ data: { messages = [] } }: MessageEvent<Told>) => {
      for (const data of messages) listener({ data })
    })
  }
  return { opener, addEventListener } as unknown as Window // reason: the rest of one it does not ask for
}
