import type { Meta, StoryObj } from '@storybook/react-vite'
import { fn } from 'storybook/test'
import { StorageMeter } from '../src/react/index.js'
import { FRAMES } from './frames.js'
import { LIBRARY, MANY, SPACE, SPACE_EMPTY, SPACE_FULL, SPACE_NEARLY_FULL } from './library.js'
import { expectNoOverflow } from './noOverflow.js'
import { SCENARIOS } from './scenarios.js'
import { Sheet } from './sheet.js'

const meta = {
  title: 'Widgets/StorageMeter/All states',
  component: AllMeters,
  play: ({ canvasElement }) => expectNoOverflow(canvasElement),
} satisfies Meta<typeof AllMeters>

export default meta
type Story = StoryObj<typeof meta>

export const AllStates: Story = {}
export const Dark: Story = FRAMES.Dark
export const German: Story = FRAMES.German
export const Rtl: Story = FRAMES.Rtl
export const Narrow320: Story = FRAMES.Narrow320
export const ForcedColors: Story = FRAMES.ForcedColors
export const Compact: Story = FRAMES.Compact

function AllMeters() {
  const actions = { onFreeSpace: fn(), onCheckAll: fn(), onAskToKeep: fn(), headingLevel: 3 } as const
  const downloads = [SCENARIOS.paused.progress]
  return (
    <Sheet
      items={{
        ok: <StorageMeter {...actions} space={SPACE} plugins={LIBRARY} downloads={downloads} />,
        nearlyFull: <StorageMeter {...actions} space={SPACE_NEARLY_FULL} plugins={LIBRARY} downloads={downloads} />,
        full: <StorageMeter {...actions} space={SPACE_FULL} plugins={LIBRARY} downloads={downloads} />,
        many: <StorageMeter {...actions} space={{ ...SPACE, usedBytes: 222_000_000 }} plugins={MANY} />,
        empty: <StorageMeter {...actions} space={SPACE_EMPTY} plugins={[]} />,
        loading: <StorageMeter {...actions} space={undefined} plugins={[]} />,
      }}
    />
  )
}
