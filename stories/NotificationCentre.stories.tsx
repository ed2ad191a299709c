import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, userEvent, waitFor, within } from 'storybook/test'
import { NotificationCentre, type NotificationCentreProps } from '../src/react/index.js'
import { FRAMES } from './frames.js'
import { expectNoOverflow } from './noOverflow.js'
import { MANY_NOTICES, NOTICES } from './notices.js'
import { Sheet } from './sheet.js'

const meta = {
  title: 'Widgets/NotificationCentre',
  component: NotificationCentre,
  args: {
    notices: NOTICES,
    nameOf: (pluginId) => ({ 'acme.charts': 'Charts' })[pluginId],
    system: 'off',
    onSystemChange: fn(),
    onRead: fn(),
    onClear: fn(),
  },
  decorators: [
    (Story) => (
      <div style={{ display: 'grid', justifyContent: 'end', minBlockSize: '38rem', alignContent: 'start' }}>
        <Story />
      </div>
    ),
  ],
} satisfies Meta<typeof NotificationCentre>

export default meta
type Story = StoryObj<typeof meta>

const open = async (canvasElement: HTMLElement) => {
  const canvas = within(canvasElement)
  await userEvent.click(canvas.getByRole('button', { name: /^(Notifications|Benachrichtigungen)/ }))
  return within(canvas.getByRole('dialog'))
}

export const Closed: Story = {
  async play({ canvasElement }) {
    await expect(within(canvasElement).getByRole('button', { name: 'Notifications, 2 new' })).toBeVisible()
  },
}

export const Open: Story = {
  async play({ args, canvasElement }) {
    const dialog = await open(canvasElement)
    await expect(dialog.getByRole('heading', { name: 'Notifications' })).toHaveFocus()
    await expect(dialog.getByText('Charts is back on 2.1.0.')).toBeVisible()
    await expect(dialog.getByText('Charts 2.0.0 removed to make room.', { exact: false })).toBeVisible()
    await userEvent.click(dialog.getByRole('switch', { name: /^Tell me when/ }))
    await expect(args.onSystemChange).toHaveBeenCalledWith(true)
  },
}

export const EscapeCloses: Story = {
  async play({ args, canvasElement }) {
    await open(canvasElement)
    await userEvent.keyboard('{Escape}')
    const canvas = within(canvasElement)
    await waitFor(() => expect(canvas.queryByRole('dialog')).toBeNull())
    await expect(canvas.getByRole('button', { name: 'Notifications, 2 new' })).toHaveFocus()
    await expect(args.onRead).toHaveBeenCalledOnce()
  },
}

export const Grouped: Story = {
  args: { notices: MANY_NOTICES },
  async play({ canvasElement }) {
    const dialog = await open(canvasElement)
    await userEvent.click(dialog.getByText('5 plugins are ready.'))
    await expect(dialog.getByText('Maps is ready.')).toBeVisible()
  },
}

export const Cleared: Story = {
  async play({ args, canvasElement }) {
    const dialog = await open(canvasElement)
    await userEvent.click(dialog.getByRole('button', { name: 'Clear all' }))
    await expect(args.onClear).toHaveBeenCalledOnce()
  },
}

export const Empty: Story = {
  args: { notices: [] },
  async play({ canvasElement }) {
    await expect((await open(canvasElement)).getByText('Nothing new.')).toBeVisible()
  },
}

export const Allowed: Story = {
  args: { system: 'on' },
  async play({ canvasElement }) {
    await expect((await open(canvasElement)).getByRole('switch')).toBeChecked()
  },
}

export const Blocked: Story = {
  args: { system: 'blocked' },
  async play({ canvasElement }) {
    await expect((await open(canvasElement)).getByRole('switch')).toBeDisabled()
  },
}

const STATES = {
  new: {},
  many: { notices: MANY_NOTICES },
  empty: { notices: [] },
  on: { system: 'on' },
  blocked: { system: 'blocked' },
} as const satisfies Record<string, Partial<NotificationCentreProps>>

/** Opened and closed one after the other; the last one stays open. */
export const AllStates: Story = {
  decorators: [],
  render: (args) => (
    <Sheet
      items={Object.fromEntries(
        Object.entries(STATES).map(([name, state]) => [name, <NotificationCentre key={name} {...args} {...state} />]),
      )}
    />
  ),
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    for (const name of Object.keys(STATES)) {
      const part = within(canvas.getByRole('region', { name }))
      await userEvent.click(part.getByRole('button', { name: /^(Notifications|Benachrichtigungen)/ }))
      await expect(part.getByRole('dialog')).toBeVisible()
      await expectNoOverflow(canvasElement)
      if (name !== 'blocked') await userEvent.keyboard('{Escape}')
    }
  },
}
export const Dark: Story = { ...Open, ...FRAMES.Dark }
export const German: Story = {
  ...FRAMES.German,
  async play({ canvasElement }) {
    await expect((await open(canvasElement)).getByText('Charts ist zurück auf 2.1.0.')).toBeVisible()
  },
}
export const Rtl: Story = { ...Open, ...FRAMES.Rtl }
export const Narrow320: Story = { ...Open, ...FRAMES.Narrow320 }
export const ForcedColors: Story = { ...Open, ...FRAMES.ForcedColors }
export const Compact: Story = { ...Open, ...FRAMES.Compact }
