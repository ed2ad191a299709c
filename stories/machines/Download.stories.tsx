import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, within } from 'storybook/test'
import { type DownloadActor, downloadMachine } from '../../machines/index.js'
import { dropAfter } from '../../src/testing/index.js'
import { expectLit } from './expectLit.js'
import { LiveMachine } from './LiveMachine.js'
import { machineStory } from './machineStory.js'
import { openSlowDock } from './openDocks.js'

type Opened = Awaited<ReturnType<typeof openStarted>>

const meta = { title: 'Machines/Download', ...machineStory(openStarted, Live) } satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

/** The life of one download, over the real machines. */
export const Playground: Story = {}

export const PausedAndCutAndCancelled: Story = {
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    const press = async (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    await expectLit(canvasElement, 'downloading')
    await expect(canvas.getByRole('img', { name: 'State chart of download, now working › downloading' })).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'download.resume' })).toBeDisabled()
    await press('download.pause')
    await expectLit(canvasElement, 'paused')
    await press('download.resume')
    await expectLit(canvasElement, 'downloading')
    await press('Go offline')
    await expectLit(canvasElement, 'awaitingNetwork')
    await press('Go online')
    await expectLit(canvasElement, 'downloading')
    await press('Cut every connection')
    await expectLit(canvasElement, 'retrying')
    await press('download.retry')
    await expectLit(canvasElement, 'downloading')
    await press('download.cancel')
    await expectLit(canvasElement, 'cancelled')
  },
}

export const Installed: Story = {
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    await expectLit(canvasElement, 'downloading')
    await userEvent.click(canvas.getByRole('button', { name: 'Full speed' }))
    await expectLit(canvasElement, 'installed')
    await expect(canvas.getByRole('button', { name: 'download.cancel' })).toBeDisabled()
  },
}

async function openStarted() {
  const opened = await openSlowDock()
  const task = await opened.dock.downloads.startDownload(opened.manifestUrl)
  task.finished.catch(() => {})
  return { ...opened, task }
}

const COMMANDS = ['download.pause', 'download.resume', 'download.retry', 'download.cancel'] as const

function Live({ dock, host, origin, bundlePath, task }: Opened) {
  const actor = task.actor as DownloadActor // reason: it was started a moment ago
  return (
    <LiveMachine
      machine={downloadMachine}
      actor={actor}
      events={COMMANDS.map((type) => ({ type }))}
      send={({ type }) => dock.supervisor.send({ type: type as (typeof COMMANDS)[number], taskId: task.id })} // reason: one of them
    >
      <Change name="Cut every connection" onClick={() => origin.disturb(() => dropAfter(0), bundlePath)} />
      <Change name="Go offline" onClick={() => host.conditions.change({ online: false })} />
      <Change name="Go online" onClick={() => host.conditions.change({ online: true })} />
      <Change name="Full speed" onClick={() => setUnlimited(origin)} />
    </LiveMachine>
  )
}

function Change({ name, onClick }: { readonly name: string; readonly onClick: () => void }) {
  return (
    <button type="button" className="pd-btn" onClick={onClick}>
      {name}
    </button>
  )
}

function setUnlimited(origin: Opened['origin']): void {
  origin.limitBytesPerSecond = undefined
}
