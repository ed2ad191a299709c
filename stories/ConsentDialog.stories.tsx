import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, screen, userEvent, waitFor, within } from 'storybook/test'
import { ConsentDialog, type ConsentDialogProps } from '../src/react/index.js'
import { Opener, openDialog, openEach } from './dialogs.js'
import { FRAMES } from './frames.js'
import { SCENARIOS } from './scenarios.js'

const { progress: charts } = SCENARIOS.awaitingConsent
const MB = 1_000_000
const scenes = {
  ...charts,
  taskId: 'scenes',
  pluginId: 'acme.scenes',
  name: '3D scenes',
  version: '1.4.0',
  bytesDownloaded: 0,
  bytesReused: 0,
  totalBytes: 48.2 * MB,
  waitingFor: { code: 'consent', message: 'Asks first', bytesToTransfer: 48.2 * MB },
} as const

const STATES = {
  'part is here': {},
  'nothing here yet': { downloads: [scenes] },
  'several together': { downloads: [charts, scenes] },
  'others wait': { others: [scenes] },
  'said to be limited': { reason: 'chosen' },
  'data saver': { reason: 'saveData' },
} as const satisfies Record<string, Partial<ConsentDialogProps>>

const meta = {
  title: 'Widgets/ConsentDialog',
  component: ConsentDialog,
  args: { downloads: [charts], onApprove: fn(async () => {}), onClose: fn() },
  render: ({ onClose, ...args }) => (
    <Opener onClose={onClose}>{(close) => <ConsentDialog {...args} onClose={close} />}</Opener>
  ),
  async play() {
    await open()
    await expect(screen.getByRole('dialog')).toHaveAttribute('data-state', 'asking')
  },
} satisfies Meta<typeof ConsentDialog>

export default meta
type Story = StoryObj<typeof meta>

const open = openDialog

/** As it opens. */
export const Shown: Story = {}

export const Once: Story = {
  async play({ args }) {
    const dialog = await open()
    await expect(screen.getByRole('dialog', { name: 'Download 23.5\u00a0MB on this connection?' })).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Later' })).toHaveFocus()
    await expect(dialog.getByText('Already here, from Charts 2.1.0')).toBeVisible()
    await userEvent.tab()
    await expect(dialog.getByRole('button', { name: 'Download 23.5\u00a0MB' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect(args.onApprove).toHaveBeenCalledWith({ always: false })
    await waitFor(() => expect(args.onClose).toHaveBeenCalledOnce())
    await expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus()
  },
}

export const Always: Story = {
  args: { others: [scenes] },
  async play({ args }) {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('checkbox', { name: 'Always download on limited data, without asking' }))
    await expect(dialog.getByRole('status')).toHaveTextContent('1 other that waits starts too: 48.2 MB.')
    await userEvent.click(dialog.getByRole('button', { name: 'Download 23.5\u00a0MB' }))
    await expect(args.onApprove).toHaveBeenCalledWith({ always: true })
  },
}

export const NotNow: Story = {
  async play({ args }) {
    const dialog = await open()
    await expect(
      dialog.getByText(/If not now, it starts by itself on a connection without a data limit\./),
    ).toBeVisible()
    await userEvent.click(dialog.getByRole('button', { name: 'Later' }))
    await expect(args.onApprove).not.toHaveBeenCalled()
    await expect(screen.queryByRole('dialog')).toBeNull()
  },
}

export const EscapeChangesNothing: Story = {
  async play({ args }) {
    await open()
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await expect(args.onApprove).not.toHaveBeenCalled()
    await expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus()
  },
}

export const NothingHereYet: Story = {
  args: { downloads: [scenes] },
  async play() {
    const dialog = await open()
    await expect(dialog.queryByText(/^Already here/)).toBeNull()
    await expect(dialog.getByText('To download, 3D scenes 1.4.0')).toBeVisible()
  },
}

export const SeveralTogether: Story = {
  args: { downloads: [charts, scenes] },
  async play() {
    const dialog = await open()
    await expect(dialog.getByRole('heading')).toHaveTextContent('Download 71.7 MB on this connection?')
    const list = within(dialog.getByRole('list', { name: 'What would be downloaded' }))
    await expect(list.getAllByRole('listitem')).toHaveLength(2)
  },
}

export const SaidToBeLimited: Story = { args: { reason: 'chosen' } }
export const DataSaver: Story = { args: { reason: 'saveData' } }

export const Failed: Story = {
  args: {
    onApprove: fn(async () => {
      throw new Error('The dock was closed')
    }),
  },
  async play({ args }) {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('button', { name: /^Download/ }))
    await expect(await dialog.findByRole('alert')).toHaveTextContent("That didn't work: The dock was closed")
    await expect(args.onClose).not.toHaveBeenCalled()
  },
}

/** Each behind its button. */
export const AllStates: Story = {
  render: ({ onClose, ...args }) => (
    <div className="column">
      {Object.entries(STATES).map(([label, state]) => (
        <Opener key={label} label={label} onClose={onClose}>
          {(close) => <ConsentDialog {...args} {...state} onClose={close} />}
        </Opener>
      ))}
    </div>
  ),
  play: () => openEach(Object.keys(STATES)),
}
export const Dark: Story = FRAMES.Dark
export const German: Story = {
  args: { others: [scenes] },
  ...FRAMES.German,
  async play() {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('checkbox'))
    await expect(dialog.getByRole('button', { name: '23,5\u00a0MB laden' })).toBeVisible()
  },
}
export const Rtl: Story = FRAMES.Rtl
export const Narrow320: Story = { ...AllStates, ...FRAMES.Narrow320 }
export const ForcedColors: Story = FRAMES.ForcedColors
export const Compact: Story = FRAMES.Compact
