import type { Meta, StoryObj } from '@storybook/react-vite'
import { fn } from 'storybook/test'
import { PluginLibrary } from '../src/react/index.js'
import { FRAMES } from './frames.js'
import { LIBRARY, PLUGINS } from './library.js'
import { expectNoOverflow } from './noOverflow.js'
import { pluginIcon } from './pluginIcon.js'

const meta = {
  title: 'Widgets/PluginLibrary/All states',
  component: AllRows,
  play: ({ canvasElement }) => expectNoOverflow(canvasElement),
} satisfies Meta<typeof AllRows>

export default meta
type Story = StoryObj<typeof meta>

export const AllStates: Story = {}
export const Dark: Story = FRAMES.Dark
export const German: Story = FRAMES.German
export const Rtl: Story = FRAMES.Rtl
export const Narrow320: Story = FRAMES.Narrow320
export const ForcedColors: Story = FRAMES.ForcedColors
export const Compact: Story = FRAMES.Compact

const ALL = [PLUGINS.charts, ...LIBRARY.slice(1)]
const UPDATES = new Map([['acme.pdf', { version: '4.9.155', sizeBytes: 3_100_000 }]])
const LOST = [{ pluginId: 'acme.fonts', name: 'Fonts', version: '3.0.1', sizeBytes: 12_400_000 }]

function AllRows() {
  const settled = async () => {}
  return (
    <div style={{ maxInlineSize: '40rem' }}>
      <PluginLibrary
        plugins={ALL}
        updates={UPDATES}
        lost={LOST}
        icon={pluginIcon}
        onOpen={fn()}
        onUpdate={fn()}
        onInstallAgain={fn()}
        onRepair={settled}
        onPin={settled}
        onCheck={async () => true}
        onGoBack={settled}
        onTryVersion={settled}
        onRemove={settled}
      />
    </div>
  )
}
