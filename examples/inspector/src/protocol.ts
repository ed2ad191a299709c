import type { StatelyInspectionEvent } from '@statelyai/inspect'

/**
 * How a page and a panel of the same origin find each other, in whichever order they are opened or loaded again: over a
 * channel that all share. Then they speak over a channel of that page's own, in the protocol of `@statelyai/inspect`.
 */
export const LOBBY = 'plugdock-inspect'

export type LobbyMessage = { readonly type: 'who' } | { readonly type: 'here'; readonly page: InspectedPage }

export interface InspectedPage {
  readonly id: string
  readonly address: string
  readonly openedAt: number
}

/** From a panel to a page. */
export interface Connected {
  readonly type: '@statelyai.connected'
  readonly panelId: string
}

/** From a page to its panels: what happened in the last moment. */
export interface Told {
  readonly type: 'told'
  readonly messages: readonly StatelyInspectionEvent[]
}

export function channelOf(pageId: string): string {
  return `${LOBBY}/${pageId}`
}
