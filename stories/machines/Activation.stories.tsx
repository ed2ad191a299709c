import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, within } from 'storybook/test'
import type { AnyActorRef } from 'xstate'
import { type ActivationActor, type ActivationCommand, activationMachine } from '../../machines/index.js'
import { inspectActors } from '../../src/index.js'
import { expectLit } from './expectLit.js'
import { LiveMachine } from './LiveMachine.js'
import { machineStory } from './machineStory.js'
import { openUpdatedDock } from './openDocks.js'

type Opened = Awaited<ReturnType<typeof openTrial>>

const meta = { title: 'Machines/Activation', ...machineStory(openTrial, Live) } satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

/** An update whose code runs for the first time: it proves itself, or makes way. */
export const Playground: Story = {}

export const Healthy: Story = {
  async play({ canvasElement }) {
    await expectLit(canvasElement, 'enduring')
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'plugin.confirmed' }))
    await expectLit(canvasElement, 'healthy')
  },
}

export const RolledBack: Story = {
  async play({ canvasElement, loaded }) {
    const { dock, pluginId } = loaded as Opened // reason: what the loader above answers
    await expectLit(canvasElement, 'enduring')
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'plugin.failed' }))
    await expectLit(canvasElement, 'rolledBack')
    const active = (await dock.plugins.versions(pluginId)).find(({ role }) => role === 'active')
    await expect(active?.version).toBe('1.0.0')
  },
}

async function openTrial() {
  const opened = await openUpdatedDock()
  const actors: AnyActorRef[] = []
  const inspected = inspectActors(opened.dock.supervisor, (happened) => {
    if (happened.type === '@xstate.actor') actors.push(happened.actorRef as AnyActorRef) // reason: all of plugdock's are
  })
  await (await opened.dock.plugins.load(opened.pluginId)).import()
  inspected.unsubscribe()
  const trial = actors.find((actor) => actor.getSnapshot()?.machine?.id === activationMachine.id)
  return { ...opened, trial: trial as ActivationActor } // reason: by the name of its machine
}

const EVENTS: readonly ActivationCommand[] = [
  { type: 'plugin.started' },
  { type: 'plugin.confirmed' },
  { type: 'plugin.failed', reason: 'A button was pressed' },
  { type: 'trial.abandoned' },
]

function Live({ trial }: Opened) {
  return (
    <LiveMachine
      machine={activationMachine}
      actor={trial}
      events={EVENTS}
      send={(event) => trial.send(event as ActivationCommand)} // reason: one of the events above
    />
  )
}
