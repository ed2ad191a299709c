import type { Meta, StoryObj } from '@storybook/react-vite'
import { StrictMode } from 'react'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { createPluginDockOn } from '../src/createPluginDockOn.js'
import type { PluginDock } from '../src/publicTypes.js'
import {
  DockDownloadCard,
  DockDownloadList,
  DockOfflineBanner,
  PluginDockProvider,
  useDownloads,
} from '../src/react/index.js'
import {
  buildPlugin,
  createMemoryHost,
  createScriptedOrigin,
  type MemoryHost,
  publishOn,
} from '../src/testing/index.js'

const meta = {
  title: 'Live/Network',
  parameters: { isLive: true },
  loaders: [openLimited],
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
  readonly host: MemoryHost
  readonly start: (name: string) => Promise<string>
}

const loadedOf = (loaded: unknown) => loaded as Loaded // reason: what the loader above answers

/** A card that waits for an OK, and its dialog. */
async function askedOf(canvasElement: HTMLElement, name: string) {
  const canvas = within(canvasElement)
  const card = await canvas.findByRole('article', { name })
  await waitFor(() => expect(card).toHaveAttribute('data-state', 'awaitingConsent'))
  await userEvent.click(within(card).getByRole('button', { name: 'Options…' }))
  return { card, dialog: within(await canvas.findByRole('dialog')) }
}

/** Press what you like. */
export const Playground: Story = {
  async play({ loaded }) {
    const { start } = loadedOf(loaded)
    await start('Charts')
    await start('Tables')
  },
}

export const MeteredAsk: Story = {
  async play({ canvasElement, loaded }) {
    const { dock, start } = loadedOf(loaded)
    await start('Charts')
    await start('Tables')
    const { card, dialog } = await askedOf(canvasElement, 'Charts')
    await userEvent.click(dialog.getByRole('button', { name: /^Download/ }))
    await waitFor(() => expect(card).toHaveAttribute('data-state', 'installed'))
    const others = dock.downloads.getTasks().filter(({ progress }) => progress.state === 'awaitingConsent')
    await expect(others).toHaveLength(1)
  },
}

export const MeteredAlways: Story = {
  async play({ canvasElement, loaded }) {
    const { dock, start } = loadedOf(loaded)
    await start('Charts')
    await start('Tables')
    const { dialog } = await askedOf(canvasElement, 'Charts')
    await userEvent.click(dialog.getByRole('checkbox'))
    await expect(dialog.getByRole('status')).toHaveTextContent(/^1 other that waits starts too/)
    await userEvent.click(dialog.getByRole('button', { name: /^Download/ }))
    await waitFor(() =>
      expect(dock.downloads.getTasks().map(({ progress }) => progress.state)).toEqual(['installed', 'installed']),
    )
  },
}

export const FreeNetworkComes: Story = {
  async play({ canvasElement, loaded }) {
    const { host, start } = loadedOf(loaded)
    await start('Charts')
    const { card } = await askedOf(canvasElement, 'Charts')
    host.conditions.change({ metered: false })
    await waitFor(() => expect(within(canvasElement).queryByRole('dialog')).toBeNull())
    await waitFor(() => expect(card).toHaveAttribute('data-state', 'installed'))
  },
}

export const DownloadNowOnACard: Story = {
  render: (_, { loaded }) => <Alone {...loadedOf(loaded)} />,
  async play({ canvasElement, loaded }) {
    await loadedOf(loaded).start('Charts')
    const card = await within(canvasElement).findByRole('article', { name: 'Charts' })
    await userEvent.click(await within(card).findByRole('button', { name: /^Download/ }))
    await waitFor(() => expect(card).toHaveAttribute('data-state', 'installed'))
  },
}

export const OfflineThenBack: Story = {
  async play({ canvasElement, loaded }) {
    const { host, start } = loadedOf(loaded)
    host.conditions.change({ online: false, metered: false })
    await start('Charts')
    const canvas = within(canvasElement)
    const banner = await canvas.findByText("You're offline.", {}, { timeout: 10_000 })
    await expect(banner.closest('[role=status]')).toHaveTextContent('1 download goes on by itself')
    host.conditions.change({ online: true })
    await canvas.findByText('Back online.')
    const card = canvas.getByRole('article', { name: /./ })
    await waitFor(() => expect(card).toHaveAttribute('data-state', 'installed'), { timeout: 10_000 })
  },
}

/** On a connection that costs. */
async function openLimited(): Promise<Loaded> {
  const origin = createScriptedOrigin()
  const host = createMemoryHost({ origin, conditions: { metered: true } })
  const dock = await createPluginDockOn(host, { bandwidth: { askAboveBytes: 0 } })
  const start = async (name: string) => {
    const plugin = await buildPlugin({ id: `acme.${name.toLowerCase()}`, name, size: 3_000_000 })
    return (await dock.downloads.startDownload(publishOn(origin, plugin))).id
  }
  return { dock, host, start }
}

function Live({ dock }: Loaded) {
  return (
    <StrictMode>
      <PluginDockProvider dock={dock}>
        <div className="column">
          <DockOfflineBanner />
          <DockDownloadList />
        </div>
      </PluginDockProvider>
    </StrictMode>
  )
}

function Alone({ dock }: Loaded) {
  return (
    <PluginDockProvider dock={dock}>
      <FirstCard />
    </PluginDockProvider>
  )
}

function FirstCard() {
  const [first] = useDownloads()
  return first ? <DockDownloadCard taskId={first.taskId} /> : null
}
