import { expect, userEvent, waitFor, within } from 'storybook/test'
import { LiveFrame } from './LiveFrame.js'
import { type Live, type LiveOptions, openLive } from './openLive.js'

interface Opened {
  readonly live: Live
}

/** What the loader below answers. */
export function liveOf(loaded: unknown): Live {
  return (loaded as Opened).live // reason: Storybook does not type it
}

/** Parts of every live story: a dock of its own, opened before and closed after. `parameters.live` says how. */
export const LIVE = {
  parameters: { isLive: true },
  loaders: [
    async ({ parameters }: { parameters: { live?: LiveOptions } }) => ({ live: await openLive(parameters.live) }),
  ],
  beforeEach:
    ({ loaded }: { loaded: unknown }) =>
    () =>
      liveOf(loaded).dock.close(),
  render: (_: unknown, { loaded }: { loaded: unknown }) => <LiveFrame {...liveOf(loaded)} />,
}

/** A person before the page: what they see by role, and press by keyboard. */
export function personAt(canvasElement: HTMLElement) {
  const page = within(canvasElement)
  const list = () => within(page.getByRole('region', { name: 'Downloads' }))
  const card = (name: string) => list().getByRole('article', { name })
  return {
    page,
    card,
    async presses(button: HTMLElement): Promise<void> {
      button.focus()
      await userEvent.keyboard(button instanceof HTMLInputElement ? ' ' : '{Enter}')
    },
    /** The card's state, in the end. */
    sees: (name: string, state: string): Promise<void> =>
      waitFor(() => expect(card(name)).toHaveAttribute('data-state', state), { timeout: 15_000 }),
    /** Words, in the end. */
    reads: async (name: string, words: string | RegExp): Promise<void> =>
      waitFor(() => expect(card(name)).toHaveTextContent(words), { timeout: 15_000 }),
    button: (name: string | RegExp, within_ = page) => within_.getByRole('button', { name }),
    toggle: (name: string) => page.getByRole('checkbox', { name }),
  }
}
