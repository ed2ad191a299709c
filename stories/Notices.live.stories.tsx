import type { Meta, StoryObj } from '@storybook/react-vite'
import { StrictMode } from 'react'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { createPluginDockOn } from '../src/createPluginDockOn.js'
import type { PluginDock } from '../src/publicTypes.js'
import {
  DockDownloadList,
  DockNotificationCentre,
  DockPluginLibrary,
  DockRollbackNotices,
  DockStorageMeter,
  PluginDockProvider,
} from '../src/react/index.js'
import { buildPlugin, createMemoryHost, createScriptedOrigin, publishOn } from '../src/testing/index.js'

const meta = {
  title: 'Live/Installed plugins',
  parameters: { isLive: true },
  loaders: [openStocked],
  beforeEach:
    ({ loaded }) =>
    () =>
      (loaded as Loaded).dock.close(), // reason: what the loader above answers
  render: (_, { loaded }) => <Live {...(loaded as Loaded)} />, // reason: what the loader above answers
} satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

interface Loaded {
  readonly dock: PluginDock
  readonly publish: (id: string, name: string, version: string, size?: number) => Promise<string>
}

/** Press what you like. */
export const Playground: Story = {}

export const RolledBack: Story = {
  async play({ canvasElement, loaded }) {
    const { dock } = loaded as unknown as Loaded // reason: what the loader above answers
    const canvas = within(canvasElement)
    await canvas.findByRole('article', { name: 'Charts' })
    const plugin = await dock.plugins.load('acme.charts')
    await plugin.reportFailure(new Error('It draws nothing'))
    await plugin.close()
    const row = within(canvas.getByRole('article', { name: 'Charts' }))
    await waitFor(() => expect(row.getByText('The app found a problem in it.', { exact: false })).toBeVisible())
    await expect(await canvas.findByText('Charts is back on 1.0.0.')).toBeVisible()
    await userEvent.click(row.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(canvas.getByRole('article', { name: 'Charts' })).toHaveAttribute('data-state', 'ok'))
  },
}

export const RoomIsMade: Story = {
  async play({ canvasElement, loaded }) {
    const { dock } = loaded as unknown as Loaded // reason: what the loader above answers
    const canvas = within(canvasElement)
    await userEvent.click(await canvas.findByRole('button', { name: 'Free up space' }))
    const dialog = within(await canvas.findByRole('dialog', { name: 'Free up space' }))
    await userEvent.click(dialog.getByRole('checkbox', { name: /^Tables/ }))
    await userEvent.click(dialog.getByRole('button', { name: 'Remove 1 item' }))
    await waitFor(() => expect(canvas.queryByRole('article', { name: 'Tables' })).toBeNull())
    await expect((await dock.storage.getInstalledPlugins()).map(({ name }) => name)).toEqual(['Charts'])
  },
}

export const CheckedAndPinned: Story = {
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    const row = within(await canvas.findByRole('article', { name: 'Tables' }))
    await userEvent.click(row.getByRole('button', { name: 'More actions' }))
    await userEvent.click(row.getByRole('menuitem', { name: 'Check every byte' }))
    await expect(await row.findByText('Checked just now')).toBeVisible()
    await userEvent.click(row.getByRole('button', { name: 'More actions' }))
    await userEvent.click(row.getByRole('menuitem', { name: 'Keep this plugin (pin)' }))
    await expect(await row.findByText('Pinned')).toBeVisible()
  },
}

export const StorageFull: Story = {
  async play({ canvasElement, loaded }) {
    const { dock, publish } = loaded as unknown as Loaded // reason: what the loader above answers
    const canvas = within(canvasElement)
    await dock.storage.pin('acme.charts')
    await dock.storage.pin('acme.tables')
    const task = await dock.downloads.startDownload(await publish('acme.maps', 'Maps', '1.0.0', 15_000_000))
    const card = await canvas.findByRole('article', { name: 'Maps' })
    await waitFor(() => expect(card).toHaveAttribute('data-state', 'awaitingSpace'))
    await userEvent.click(within(card).getByRole('button', { name: 'Show plugins' }))
    const dialog = within(await canvas.findByRole('dialog', { name: /^Free up .* for Maps$/ }))
    await userEvent.click(dialog.getByRole('checkbox', { name: /^Charts/ }))
    await userEvent.click(dialog.getByRole('button', { name: 'Remove 1 item and continue' }))
    await expect((await task.finished).name).toBe('Maps')
    await waitFor(() => expect(card).toHaveAttribute('data-state', 'installed'))
  },
}

/** Two plugins; of one there is a version before, which is known to work. */
async function openStocked(): Promise<Loaded> {
  const origin = createScriptedOrigin()
  const dock = await createPluginDockOn(createMemoryHost({ origin }), { storage: { budgetBytes: 20_000_000 } })
  const publish = async (id: string, name: string, version: string, size = 3_000_000) =>
    publishOn(origin, await buildPlugin({ id, name, version, size }))
  const install = async (id: string, name: string, version: string) => {
    await (await dock.downloads.startDownload(await publish(id, name, version))).finished
  }
  await install('acme.charts', 'Charts', '1.0.0')
  const charts = await dock.plugins.load('acme.charts')
  await charts.confirmHealthy()
  await charts.close()
  await install('acme.charts', 'Charts', '1.1.0')
  await install('acme.tables', 'Tables', '1.0.0')
  await dock.downloads.dismissSettled()
  return { dock, publish }
}

function Live({ dock }: Loaded) {
  return (
    <StrictMode>
      <PluginDockProvider dock={dock}>
        <div className="column">
          <DockNotificationCentre />
          <DockRollbackNotices />
          <DockDownloadList />
          <DockStorageMeter />
          <DockPluginLibrary />
        </div>
      </PluginDockProvider>
    </StrictMode>
  )
}
