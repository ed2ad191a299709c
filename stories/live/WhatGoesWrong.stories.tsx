import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { LIVE, liveOf, personAt } from './liveStory.js'

const meta = { title: 'Live/What goes wrong', ...LIVE } satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

/** Press what you like. */
export const Playground: Story = {
  parameters: { live: { installed: ['Charts'], limitBytesPerSecond: 400_000, storage: { budgetBytes: 20_000_000 } } },
}

export const OfflineThenBack: Story = {
  name: 'Offline then back',
  parameters: { live: { limitBytesPerSecond: 400_000 } },
  async play({ canvasElement, loaded }) {
    const { page, card, presses, sees, reads, button, toggle } = personAt(canvasElement)
    await presses(button('Install Charts'))
    await reads('Charts', /MB/)
    await sees('Charts', 'downloading')
    await presses(toggle('Network'))
    await sees('Charts', 'awaitingNetwork')
    await reads('Charts', "You're offline · Goes on by itself when you're back")
    const banner = await page.findByText("You're offline.", {}, { timeout: 10_000 })
    await expect(banner.closest('[role=status]')).toHaveTextContent('1 download goes on by itself')
    const kept = within(card('Charts')).getByRole('progressbar').getAttribute('value')
    await presses(toggle('Slow server'))
    await presses(toggle('Network'))
    await expect(await page.findByText('Back online.')).toBeVisible()
    await sees('Charts', 'installed')
    await reads('Charts', 'Installed · Every byte checked')
    const { dock, origin, bundlePath } = liveOf(loaded)
    await expect(Number(kept)).toBeGreaterThanOrEqual(0)
    // what was there was not fetched again
    await expect(origin.bytesSent(bundlePath('Charts'))).toBeLessThan(3_600_000)
    await expect(dock.downloads.getTasks()).toHaveLength(1)
  },
}

/** Once: it is fetched again, and nobody notices. Twice: it is said, and nothing of it is installed. */
export const CorruptChunk: Story = {
  name: 'Corrupt chunk',
  async play({ canvasElement, loaded }) {
    const { card, presses, sees, reads, button } = personAt(canvasElement)
    const { origin, bundlePath } = liveOf(loaded)
    await presses(button('Damage the next answer'))
    await presses(button('Install Charts'))
    await sees('Charts', 'installed')
    await reads('Charts', 'Installed · Every byte checked')
    await presses(button('Damage the next answer'))
    await presses(button('Install Tables'))
    await sees('Tables', 'failed')
    await expect(card('Tables')).toHaveAttribute('data-reason', 'integrity')
    await reads('Tables', 'nothing of it was installed.')
    await presses(button('Try again', within(card('Tables'))))
    await sees('Tables', 'installed')
    // only the damaged part was fetched again
    for (const name of ['Charts', 'Tables'] as const)
      await expect(origin.bytesSent(bundlePath(name))).toBeLessThan(3_300_000)
  },
}

export const StorageFull: Story = {
  name: 'Storage full',
  parameters: { live: { installed: ['Charts', 'Tables'], storage: { budgetBytes: 10_000_000 } } },
  async play({ canvasElement, loaded }) {
    const { page, card, presses, sees, reads, button } = personAt(canvasElement)
    const { dock } = liveOf(loaded)
    for (const name of ['Charts', 'Tables']) {
      const row = within(await page.findByRole('article', { name }))
      await presses(button('More actions', row))
      await userEvent.click(row.getByRole('menuitem', { name: 'Keep this plugin (pin)' }))
      await expect(await row.findByText('Pinned')).toBeVisible()
    }
    await presses(button('Install Maps'))
    await sees('Maps', 'awaitingSpace')
    await reads('Maps', /Needs .* more space/)
    await presses(button('Show plugins', within(card('Maps'))))
    const title = await page.findByRole('heading', { name: /^Free up .* for Maps$/ })
    await waitFor(() => expect(title).toHaveFocus())
    const dialog = within(page.getByRole('dialog'))
    await userEvent.click(dialog.getByRole('checkbox', { name: /^Tables/ }))
    await presses(button('Remove 1 item and continue', dialog))
    await waitFor(() => expect(page.queryByRole('dialog')).toBeNull(), { timeout: 10_000 })
    // told in its turn, and until something else is told
    await expect(await page.findByText(/Maps goes on/, {}, { timeout: 15_000 })).toBeInTheDocument()
    await sees('Maps', 'installed')
    const names = (await dock.storage.getInstalledPlugins()).map(({ name }) => name)
    await expect(names.sort()).toEqual(['Charts', 'Maps'])
  },
}

export const RolledBack: Story = {
  name: 'Rolled back',
  parameters: { live: { installed: ['Charts'] } },
  async play({ canvasElement }) {
    const { page, presses, sees, reads, button } = personAt(canvasElement)
    await presses(button('Open Charts'))
    await expect(await page.findByText('Charts 1.0.0 is running')).toBeVisible()
    await presses(button('Update Charts to a broken 2.0.0'))
    await sees('Charts', 'installed')
    await presses(button('Open Charts'))
    const notice = await page.findByText('Charts is back on 1.0.0.')
    await expect(notice.closest('[role=status]')).toHaveTextContent("Version 2.0.0 didn't start")
    await expect(await page.findByText('Charts 1.0.0 is running')).toBeVisible()
    await sees('Charts', 'rolledBack')
    await reads('Charts', 'Back on 1.0.0')
    const row = within(page.getAllByRole('article', { name: 'Charts' }).at(-1) ?? canvasElement)
    await expect(await row.findByText('Rolled back')).toBeVisible()
    await presses(button('OK'))
    await waitFor(() => expect(page.queryByText('Charts is back on 1.0.0.')).toBeNull())
  },
}

export const MeteredAsk: Story = {
  name: 'Metered, ask',
  parameters: { live: { metered: true, bandwidth: { askAboveBytes: 0 } } },
  async play({ canvasElement, loaded }) {
    const { page, card, presses, sees, reads, button } = personAt(canvasElement)
    await presses(button('Install Charts'))
    await sees('Charts', 'awaitingConsent')
    await reads('Charts', 'This connection may cost data.')
    await expect(liveOf(loaded).origin.bytesSent(liveOf(loaded).bundlePath('Charts'))).toBe(0)
    await presses(button('Options…', within(card('Charts'))))
    const dialog = within(await page.findByRole('dialog', { name: 'Download 3\u00a0MB on this connection?' }))
    await waitFor(() => expect(button('Later', dialog)).toHaveFocus())
    await userEvent.tab()
    await expect(button('Download 3\u00a0MB', dialog)).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await sees('Charts', 'installed')
    await expect(page.queryByRole('dialog')).toBeNull()
  },
}
