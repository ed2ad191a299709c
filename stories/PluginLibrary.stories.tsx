import type { Meta, StoryObj } from '@storybook/react-vite'
import { useState } from 'react'
import { expect, fn, userEvent, waitFor, within } from 'storybook/test'
import { type CheckProgress, PluginLibrary, type PluginLibraryProps } from '../src/react/index.js'
import { LIBRARY, MANY, PLUGINS } from './library.js'
import { pluginIcon } from './pluginIcon.js'

const meta = {
  title: 'Widgets/PluginLibrary',
  component: PluginLibrary,
  args: {
    plugins: LIBRARY,
    icon: pluginIcon,
    onOpen: fn(),
    onUpdate: fn(),
    onInstallAgain: fn(),
    onBrowse: fn(),
    onRepair: fn(async () => {}),
    onPin: fn(async () => {}),
    onCheck: fn(async (_: string, __?: CheckProgress) => true),
    onGoBack: fn(async () => {}),
    onTryVersion: fn(async () => {}),
    onRemove: fn(async () => {}),
  },
} satisfies Meta<typeof PluginLibrary>

export default meta
type Story = StoryObj<typeof meta>

const rowOf = (canvasElement: HTMLElement, name: string) => within(within(canvasElement).getByRole('article', { name }))

export const Mixed: Story = {}

export const Installed: Story = { args: { plugins: [PLUGINS.markdown] } }

export const OnTrial: Story = { args: { plugins: [PLUGINS.onTrial] } }

export const RolledBack: Story = {
  args: { plugins: [PLUGINS.charts] },
  async play({ args, canvasElement }) {
    const row = rowOf(canvasElement, 'Charts')
    await expect(row.getByText("Didn't start 3 times. Skipped until December 7 or a newer version.")).toBeVisible()
    await userEvent.click(row.getByRole('button', { name: 'Try again' }))
    await expect(args.onTryVersion).toHaveBeenCalledWith('acme.charts', '2.2.0')
  },
}

export const Damaged: Story = {
  args: { plugins: [PLUGINS.graphics] },
  async play({ args, canvasElement }) {
    const row = rowOf(canvasElement, 'Data graphics')
    await expect(row.queryByRole('button', { name: 'Open' })).toBeNull()
    await userEvent.click(row.getByRole('button', { name: 'Repair' }))
    await expect(args.onRepair).toHaveBeenCalledWith('acme.graphics')
  },
}

export const Update: Story = {
  args: {
    plugins: [PLUGINS.pdf],
    updates: new Map([['acme.pdf', { version: '4.9.155', sizeBytes: 3_100_000 }]]),
  },
  async play({ args, canvasElement }) {
    await userEvent.click(rowOf(canvasElement, 'PDF viewer').getByRole('button', { name: 'Update · 3.1\u00a0MB' }))
    await expect(args.onUpdate).toHaveBeenCalledWith('acme.pdf')
  },
}

export const GoBack: Story = {
  args: { plugins: [PLUGINS.pdf] },
  async play({ args, canvasElement }) {
    const row = rowOf(canvasElement, 'PDF viewer')
    await userEvent.click(row.getByText('Versions'))
    await userEvent.click(row.getByRole('button', { name: 'Go back to this' }))
    await expect(args.onGoBack).toHaveBeenCalledWith('acme.pdf')
  },
}

export const MenuByKeyboard: Story = {
  args: { plugins: [PLUGINS.pdf] },
  async play({ args, canvasElement }) {
    const row = rowOf(canvasElement, 'PDF viewer')
    const more = row.getByRole('button', { name: 'More actions' })
    more.focus()
    await userEvent.keyboard('{ArrowDown}')
    await waitFor(() => expect(row.getByRole('menuitem', { name: 'Keep this plugin (pin)' })).toHaveFocus())
    await userEvent.keyboard('{ArrowUp}')
    await expect(row.getByRole('menuitem', { name: /^Remove/ })).toHaveFocus()
    await userEvent.keyboard('g')
    await expect(row.getByRole('menuitem', { name: 'Go back to 4.7.76' })).toHaveFocus()
    await userEvent.keyboard('{Escape}')
    await expect(more).toHaveFocus()
    await expect(row.queryByRole('menu')).toBeNull()
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(row.getByRole('menuitem', { name: 'Keep this plugin (pin)' })).toHaveFocus())
    await userEvent.keyboard('{Enter}')
    await expect(args.onPin).toHaveBeenCalledWith('acme.pdf', true)
  },
}

export const MenuOpen: Story = {
  args: { plugins: [PLUGINS.pdf] },
  async play({ canvasElement }) {
    const row = rowOf(canvasElement, 'PDF viewer')
    await userEvent.click(row.getByRole('button', { name: 'More actions' }))
    await expect(row.getByRole('menu', { name: 'PDF viewer, More actions' })).toBeVisible()
  },
}

export const Checked: Story = {
  args: { plugins: [PLUGINS.markdown] },
  async play({ canvasElement }) {
    const row = rowOf(canvasElement, 'Markdown')
    await choose(row, 'Check every byte')
    await expect(await row.findByText('Checked just now')).toBeVisible()
  },
}

export const Checking: Story = {
  args: {
    plugins: [PLUGINS.markdown],
    onCheck: fn((_: string, onProgress?: CheckProgress) => {
      onProgress?.({ bytesChecked: 200_000, totalBytes: 400_000 })
      return new Promise<boolean>(() => {})
    }),
  },
  async play({ canvasElement }) {
    const row = rowOf(canvasElement, 'Markdown')
    await choose(row, 'Check every byte')
    await expect(row.getByRole('progressbar', { name: 'Checking Markdown' })).toHaveAttribute('value', '50')
  },
}

export const RemoveAsksForPinned: Story = {
  args: { plugins: [PLUGINS.scenes] },
  async play({ args, canvasElement }) {
    const row = rowOf(canvasElement, '3D scenes')
    await choose(row, /^Remove/)
    await expect(row.getByRole('button', { name: 'Keep it' })).toHaveFocus()
    await userEvent.keyboard('{Escape}')
    await expect(row.queryByRole('button', { name: 'Keep it' })).toBeNull()
    await choose(row, /^Remove/)
    await userEvent.click(row.getByRole('button', { name: 'Remove' }))
    await expect(args.onRemove).toHaveBeenCalledWith('acme.scenes')
  },
}

export const FocusAfterRemoval: Story = {
  render: (args) => <Removing {...args} />,
  async play({ canvasElement }) {
    await choose(rowOf(canvasElement, 'Charts'), /^Remove/)
    await waitFor(() => expect(within(canvasElement).queryByRole('article', { name: 'Charts' })).toBeNull())
    await waitFor(() =>
      expect(rowOf(canvasElement, 'Data graphics').getByRole('button', { name: 'More actions' })).toHaveFocus(),
    )
  },
}

export const Failed: Story = {
  args: {
    plugins: [PLUGINS.pdf],
    onPin: fn(async () => {
      throw new Error('another page has these plugins in hand')
    }),
  },
  async play({ canvasElement }) {
    const row = rowOf(canvasElement, 'PDF viewer')
    await choose(row, /^Keep this plugin/)
    await expect(await row.findByRole('alert')).toHaveTextContent('another page has these plugins in hand')
  },
}

export const Lost: Story = {
  args: { plugins: [], lost: [{ pluginId: 'acme.pdf', name: 'PDF viewer', version: '4.8.69', sizeBytes: 12_400_000 }] },
  async play({ args, canvasElement }) {
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'Install again · 12.4\u00a0MB' }))
    await expect(args.onInstallAgain).toHaveBeenCalledWith('acme.pdf')
  },
}

export const Search: Story = {
  args: { plugins: MANY },
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    await userEvent.type(canvas.getByRole('searchbox', { name: 'Search plugins' }), 'tool 12')
    await expect(canvas.getAllByRole('article')).toHaveLength(1)
    await userEvent.type(canvas.getByRole('searchbox'), 'x')
    await expect(canvas.getByText('No plugin matches “tool 12x”.')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Clear' }))
    await expect(canvas.getAllByRole('article')).toHaveLength(12)
  },
}

export const SortedBySize: Story = {
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'Sort by' }), 'Size')
    await expect(canvas.getAllByRole('heading', { level: 3 })[0]).toHaveTextContent('3D scenes')
  },
}

export const Empty: Story = { args: { plugins: [] } }
export const Loading: Story = { args: { plugins: undefined } }

async function choose(row: ReturnType<typeof within>, name: string | RegExp): Promise<void> {
  await userEvent.click(row.getByRole('button', { name: 'More actions' }))
  await userEvent.click(row.getByRole('menuitem', { name }))
}

function Removing({ plugins = [], ...props }: PluginLibraryProps) {
  const [left, setLeft] = useState(plugins)
  const onRemove = async (pluginId: string) => setLeft(left.filter(({ plugin }) => plugin.pluginId !== pluginId))
  return <PluginLibrary {...props} plugins={left} onRemove={onRemove} />
}
