import type { Meta, StoryObj } from '@storybook/react-vite'
import { useState } from 'react'
import { expect, fn, userEvent, waitFor, within } from 'storybook/test'
import { OfflineBanner, useOfflinePhase } from '../src/react/index.js'
import { FRAMES } from './frames.js'
import { expectNoOverflow } from './noOverflow.js'
import { says } from './says.js'
import { Sheet } from './sheet.js'

const meta = {
  title: 'Widgets/OfflineBanner',
  component: OfflineBanner,
  args: { phase: 'offline', downloadCount: 2, onCheckNow: fn() },
} satisfies Meta<typeof OfflineBanner>

export default meta
type Story = StoryObj<typeof meta>

export const Offline: Story = {
  play: says("You're offline. 2 downloads go on by themselves when you're back. Installed plugins keep working."),
}

export const OfflineWithoutDownloads: Story = {
  args: { downloadCount: 0 },
  play: says("You're offline. Installed plugins keep working."),
}

export const Back: Story = { args: { phase: 'back' }, play: says('Back online. 2 downloads go on.') }
export const BackWithoutDownloads: Story = { args: { phase: 'back', downloadCount: 0 }, play: says('Back online.') }

/** Nothing to see, and a region that is ready to speak. */
export const Online: Story = {
  args: { phase: 'online' },
  async play({ canvasElement }) {
    await expect(within(canvasElement).getByRole('status')).toBeEmptyDOMElement()
  },
}

export const NetworkToSignInTo: Story = {
  args: { phase: 'portal', downloadCount: 1 },
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    await expect(canvas.getByRole('status')).toHaveTextContent(
      'This network wants you to sign in. Open any web page to sign in. 1 download goes on by itself afterwards.',
    )
    await userEvent.tab()
    await expect(canvas.getByRole('button', { name: 'Check now' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect(args.onCheckNow).toHaveBeenCalledOnce()
  },
}

/** It says nothing of a network that is gone for a moment, and of one that is back for four seconds. */
export const ComesAndGoes: Story = {
  render: () => <Switchable />,
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    const banner = canvas.getByRole('status')
    const plug = canvas.getByRole('checkbox', { name: 'Network' })
    await userEvent.click(plug)
    await userEvent.click(plug)
    await expect(banner).toHaveAttribute('data-state', 'online')
    await userEvent.click(plug)
    await waitFor(() => expect(banner).toHaveAttribute('data-state', 'offline'), { timeout: 10_000 })
    await userEvent.click(plug)
    await expect(banner).toHaveTextContent('Back online. 3 downloads go on.')
    await userEvent.click(plug)
    await expect(banner).toHaveAttribute('data-state', 'offline')
    await userEvent.click(plug)
    await waitFor(() => expect(banner).toHaveAttribute('data-state', 'online'), { timeout: 10_000 })
  },
}

export const AllStates: Story = {
  render: (args) => <All {...args} />,
  play: ({ canvasElement }) => expectNoOverflow(canvasElement),
}
export const Dark: Story = { ...AllStates, ...FRAMES.Dark }
export const German: Story = { ...AllStates, ...FRAMES.German }
export const Rtl: Story = { ...AllStates, ...FRAMES.Rtl }
export const Narrow320: Story = { ...AllStates, ...FRAMES.Narrow320 }
export const ForcedColors: Story = { ...AllStates, ...FRAMES.ForcedColors }
export const Compact: Story = { ...AllStates, ...FRAMES.Compact }

function All({ onCheckNow }: { readonly onCheckNow?: () => void }) {
  return (
    <Sheet
      items={{
        offline: <OfflineBanner phase="offline" downloadCount={2} />,
        'offline, no downloads': <OfflineBanner phase="offline" />,
        portal: <OfflineBanner phase="portal" downloadCount={2} onCheckNow={onCheckNow} />,
        back: <OfflineBanner phase="back" downloadCount={2} />,
        'back, no downloads': <OfflineBanner phase="back" />,
      }}
    />
  )
}

function Switchable() {
  const [isOnline, setOnline] = useState(true)
  const { phase, count } = useOfflinePhase(isOnline, isOnline ? 0 : 3)
  return (
    <>
      <label>
        <input type="checkbox" checked={isOnline} onChange={() => setOnline(!isOnline)} /> Network
      </label>
      <OfflineBanner phase={phase} downloadCount={count} />
    </>
  )
}
