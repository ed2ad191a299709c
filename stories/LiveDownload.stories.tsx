import type { Meta, StoryObj } from '@storybook/react-vite'
import { StrictMode } from 'react'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { DockDownloadCard, PluginDockProvider, useSupervisor } from '../src/react/index.js'
import { dropAfter } from '../src/testing/index.js'
import { type LiveDock, openLiveDock } from './openLiveDock.js'

const meta = {
  title: 'Live/Download',
  parameters: { isLive: true },
  loaders: [async () => ({ live: await openLiveDock() })],
  beforeEach:
    ({ loaded }) =>
    () =>
      (loaded as Loaded).live.dock.close(), // reason: what the loader above answers
  render: (_, { loaded }) => <Live {...(loaded as Loaded).live} />, // reason: what the loader above answers
} satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

interface Loaded {
  readonly live: LiveDock
}

/** Press what you like. */
export const Playground: Story = {}

export const PauseAndResume: Story = {
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    const card = await canvas.findByRole('article', { name: 'Charts' })
    const reaches = (state: string) =>
      waitFor(() => expect(card).toHaveAttribute('data-state', state), { timeout: 10_000 })
    await reaches('downloading')
    await userEvent.click(canvas.getByRole('button', { name: 'Pause' }))
    await reaches('paused')
    await userEvent.click(canvas.getByRole('button', { name: 'Resume' }))
    await reaches('downloading')
    await userEvent.click(canvas.getByRole('button', { name: 'Full speed' }))
    await reaches('installed')
    await expect(canvas.getByText('Every byte checked', { exact: false })).toBeVisible()
  },
}

function Live({ dock, origin, taskId, bundlePath }: LiveDock) {
  return (
    <StrictMode>
      <PluginDockProvider dock={dock}>
        <div className="column">
          <DockDownloadCard taskId={taskId} headingLevel={2} />
          <div className="pd-actions">
            <button type="button" className="pd-btn" onClick={() => setLimit(origin, 100_000)}>
              Slow
            </button>
            <button type="button" className="pd-btn" onClick={() => setLimit(origin, undefined)}>
              Full speed
            </button>
            <button type="button" className="pd-btn" onClick={() => origin.script(bundlePath, dropAfter(200_000))}>
              Cut the next connection
            </button>
            <Busy />
          </div>
        </div>
      </PluginDockProvider>
    </StrictMode>
  )
}

function setLimit(origin: LiveDock['origin'], limit: number | undefined): void {
  origin.limitBytesPerSecond = limit
}

/** Read from the supervisor's actor itself. */
function Busy() {
  const isBusy = useSupervisor((snapshot) => snapshot.hasTag('busy'))
  return <output className="pd-chip">{isBusy ? 'supervisor: busy' : 'supervisor: at rest'}</output>
}
