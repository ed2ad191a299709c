import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, screen, userEvent, waitFor } from 'storybook/test'
import { FreeSpaceDialog, type FreeSpaceDialogProps } from '../src/react/index.js'
import { Opener, openDialog, openEach } from './dialogs.js'
import { FRAMES } from './frames.js'
import { LIBRARY, PLAN, PLAN_OF_NOTHING, PLUGINS, SPACE_FULL } from './library.js'
import { pluginIcon } from './pluginIcon.js'

const STATES = {
  suggested: {},
  'without a download': { bytesNeeded: undefined, name: undefined },
  'only what is pinned is left': { plan: PLAN_OF_NOTHING },
  'nothing helps': { plan: PLAN_OF_NOTHING, plugins: [PLUGINS.colours] },
} satisfies Record<string, Partial<FreeSpaceDialogProps>>

const meta = {
  title: 'Widgets/FreeSpaceDialog',
  component: FreeSpaceDialog,
  args: {
    plan: PLAN,
    plugins: LIBRARY,
    space: SPACE_FULL,
    bytesNeeded: 28_000_000,
    name: '3D scenes',
    icon: pluginIcon,
    onRemove: fn(async () => {}),
    onClose: fn(),
  },
  render: ({ onClose, ...args }) => (
    <Opener onClose={onClose}>{(close) => <FreeSpaceDialog {...args} onClose={close} />}</Opener>
  ),
  async play() {
    await userEvent.click(screen.getByRole('button', { name: 'Open' }))
    await expect(await screen.findByRole('heading', { level: 2 })).toHaveFocus()
  },
} satisfies Meta<typeof FreeSpaceDialog>

export default meta
type Story = StoryObj<typeof meta>

const open = openDialog

/** As it opens. */
export const Shown: Story = {}

export const Suggested: Story = {
  async play({ args }) {
    const dialog = await open()
    await expect(dialog.getByRole('heading', { name: 'Free up 28\u00a0MB for 3D scenes' })).toHaveFocus()
    await expect(dialog.getByRole('checkbox', { name: /^Charts 2.1.0/ })).toBeChecked()
    await userEvent.click(dialog.getByRole('button', { name: 'Remove 1 item and continue' }))
    await expect(args.onRemove).toHaveBeenCalledWith({ items: [PLAN.items[0]], pinnedPluginIds: [] })
    await waitFor(() => expect(args.onClose).toHaveBeenCalledOnce())
    await expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus()
  },
}

export const TooLittle: Story = {
  async play({ args }) {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('checkbox', { name: /^Charts 2.1.0/ }))
    await userEvent.click(dialog.getByRole('button', { name: 'Select 28\u00a0MB more' }))
    await expect(dialog.getByRole('checkbox', { name: /^Charts 2.1.0/ })).toHaveFocus()
    await expect(args.onRemove).not.toHaveBeenCalled()
  },
}

export const WholePluginTakesItsVersions: Story = {
  async play() {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('checkbox', { name: /^PDF viewer Last/ }))
    await expect(dialog.getByRole('checkbox', { name: /^PDF viewer 4.7.76/ })).toBeChecked()
    await userEvent.click(dialog.getByRole('checkbox', { name: /^PDF viewer 4.7.76/ }))
    await expect(dialog.getByRole('checkbox', { name: /^PDF viewer Last/ })).not.toBeChecked()
  },
}

export const EscapeChangesNothing: Story = {
  async play({ args }) {
    await open()
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await expect(args.onRemove).not.toHaveBeenCalled()
    await expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus()
  },
}

export const OnlyPinnedIsLeft: Story = {
  args: { plan: PLAN_OF_NOTHING },
  async play() {
    const dialog = await open()
    const box = dialog.getByRole('checkbox', { name: /^3D scenes You keep it/ })
    await expect(box).not.toBeChecked()
    await userEvent.click(box)
    await expect(dialog.getByRole('button', { name: 'Remove 1 item and continue' })).toBeVisible()
  },
}

export const NothingHelps: Story = {
  args: { plan: PLAN_OF_NOTHING, plugins: [PLUGINS.colours] },
  async play() {
    const dialog = await open()
    await expect(dialog.getByText('There is nothing here that could be removed.')).toBeVisible()
    await expect(dialog.getByText('Kept: Syntax colours (in use)')).toBeVisible()
  },
}

export const NotAllWent: Story = {
  args: {
    onRemove: fn(async () => {
      throw new Error('in use')
    }),
  },
  async play() {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('button', { name: /^Remove 1 item/ }))
    await expect(await dialog.findByRole('alert')).toHaveTextContent("Couldn't remove everything.")
  },
}

export const WithoutDownload: Story = { args: { bytesNeeded: undefined, name: undefined } }
/** Each behind its button. */
export const AllStates: Story = {
  render: ({ onClose, ...args }) => (
    <div className="column">
      {Object.entries(STATES).map(([label, state]) => (
        <Opener key={label} label={label} onClose={onClose}>
          {(close) => <FreeSpaceDialog {...args} {...state} onClose={close} />}
        </Opener>
      ))}
    </div>
  ),
  play: () => openEach(Object.keys(STATES)),
}
export const Dark: Story = FRAMES.Dark
export const German: Story = {
  ...FRAMES.German,
  async play() {
    await open()
    await expect(screen.getByRole('button', { name: '1 Eintrag entfernen und weiter' })).toBeVisible()
  },
}
export const Rtl: Story = FRAMES.Rtl
export const Narrow320: Story = { ...AllStates, ...FRAMES.Narrow320 }
export const ForcedColors: Story = FRAMES.ForcedColors
export const Compact: Story = FRAMES.Compact
