import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { LIVE, liveOf, personAt } from './liveStory.js'

const meta = { title: 'Live/What people do', ...LIVE } satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

const METERED = { metered: true, bandwidth: { askAboveBytes: 0 } }

export const PauseAndResume: Story = {
  parameters: { live: { limitBytesPerSecond: 400_000 } },
  async play({ canvasElement }) {
    const { card, presses, sees, reads, button, toggle } = personAt(canvasElement)
    await presses(button('Install Charts'))
    await sees('Charts', 'downloading')
    await presses(button('Pause', within(card('Charts'))))
    await sees('Charts', 'paused')
    await reads('Charts', 'Paused')
    await presses(button('Resume', within(card('Charts'))))
    await sees('Charts', 'downloading')
    await presses(toggle('Slow server'))
    await sees('Charts', 'installed')
  },
}

export const TheConnectionIsCut: Story = {
  async play({ canvasElement }) {
    const { card, presses, sees, reads, button } = personAt(canvasElement)
    await presses(button('Cut the next connection'))
    await presses(button('Install Charts'))
    await sees('Charts', 'retrying')
    await reads('Charts', 'The connection was cut')
    await presses(button('Try now', within(card('Charts'))))
    await sees('Charts', 'installed')
  },
}

export const MeteredAlways: Story = {
  parameters: { live: METERED },
  async play({ canvasElement }) {
    const { page, card, presses, sees, button } = personAt(canvasElement)
    for (const name of ['Charts', 'Tables']) {
      await presses(button(`Install ${name}`))
      await sees(name, 'awaitingConsent')
    }
    await presses(button('Options…', within(card('Charts'))))
    const dialog = within(await page.findByRole('dialog'))
    const asked = within(dialog.getByRole('list', { name: 'What would be downloaded' }))
    await expect(asked.getAllByRole('listitem').map(({ textContent }) => textContent?.split(' ')[0])).toEqual([
      'Charts',
      'Tables',
    ])
    await userEvent.click(dialog.getByRole('checkbox'))
    await presses(button(/^Download/, dialog))
    for (const name of ['Charts', 'Tables']) await sees(name, 'installed')
  },
}

export const DownloadNowOnTheCard: Story = {
  parameters: { live: METERED },
  async play({ canvasElement }) {
    const { card, presses, sees, button } = personAt(canvasElement)
    await presses(button('Install Charts'))
    await sees('Charts', 'awaitingConsent')
    await presses(button('Download 3\u00a0MB', within(card('Charts'))))
    await sees('Charts', 'installed')
  },
}

export const FreeNetworkComes: Story = {
  parameters: { live: METERED },
  async play({ canvasElement }) {
    const { page, card, presses, sees, button, toggle } = personAt(canvasElement)
    await presses(button('Install Charts'))
    await sees('Charts', 'awaitingConsent')
    await presses(button('Options…', within(card('Charts'))))
    await page.findByRole('dialog')
    // behind the dialog: the network changes by itself, nobody presses anything
    toggle('Limited data').click()
    await waitFor(() => expect(page.queryByRole('dialog')).toBeNull())
    await sees('Charts', 'installed')
  },
}

export const RoomIsMade: Story = {
  parameters: { live: { installed: ['Charts', 'Tables'], storage: { budgetBytes: 20_000_000 } } },
  async play({ canvasElement, loaded }) {
    const { page, presses, button } = personAt(canvasElement)
    await presses(await page.findByRole('button', { name: 'Free up space' }))
    const dialog = within(await page.findByRole('dialog', { name: 'Free up space' }))
    await userEvent.click(dialog.getByRole('checkbox', { name: /^Tables/ }))
    await presses(button('Remove 1 item', dialog))
    await waitFor(() => expect(page.queryByRole('article', { name: 'Tables' })).toBeNull())
    const names = (await liveOf(loaded).dock.storage.getInstalledPlugins()).map(({ name }) => name)
    await expect(names).toEqual(['Charts'])
  },
}

export const CheckedAndPinned: Story = {
  parameters: { live: { installed: ['Tables'] } },
  async play({ canvasElement }) {
    const { page, presses, button } = personAt(canvasElement)
    const row = within(await page.findByRole('article', { name: 'Tables' }))
    await presses(button('More actions', row))
    await userEvent.click(row.getByRole('menuitem', { name: 'Check every byte' }))
    await expect(await row.findByText('Checked just now')).toBeVisible()
    await presses(button('More actions', row))
    await userEvent.click(row.getByRole('menuitem', { name: 'Keep this plugin (pin)' }))
    await expect(await row.findByText('Pinned')).toBeVisible()
  },
}
