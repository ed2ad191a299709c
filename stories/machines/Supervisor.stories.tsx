import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, within } from 'storybook/test'
import { type SupervisorCommand, supervisorMachine } from '../../machines/index.js'
import { expectLit } from './expectLit.js'
import { LiveMachine } from './LiveMachine.js'
import { machineStory } from './machineStory.js'
import { openSlowDock } from './openDocks.js'

type Opened = Awaited<ReturnType<typeof openSlowDock>>

const meta = { title: 'Machines/Supervisor', ...machineStory(openSlowDock, Live) } satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

/** Opens the stores, keeps the downloads, closes in order. */
export const Playground: Story = {}

export const BusyThenClosed: Story = {
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    await expectLit(canvasElement, 'leader', 'idle')
    await userEvent.click(canvas.getByRole('button', { name: 'download.start' }))
    await expectLit(canvasElement, 'leader', 'busy')
    await userEvent.click(canvas.getByRole('button', { name: 'close' }))
    await expectLit(canvasElement, 'closed')
    await expect(canvas.getByRole('button', { name: 'download.start' })).toBeDisabled()
  },
}

function Live({ dock, manifestUrl }: Opened) {
  const events: readonly SupervisorCommand[] = [{ type: 'download.start', source: manifestUrl }, { type: 'close' }]
  return (
    <LiveMachine
      machine={supervisorMachine}
      actor={dock.supervisor}
      events={events}
      send={(event) => dock.supervisor.send(event as SupervisorCommand)} // reason: one of the events above
    />
  )
}
