import type { Meta, StoryObj } from '@storybook/react-vite'
import { DownloadCard } from '../src/react/index.js'
import { CALLBACKS } from './callbacks.js'
import { FRAMES } from './frames.js'
import { expectNoOverflow } from './noOverflow.js'
import { pluginIcon } from './pluginIcon.js'
import { SCENARIOS, type Scenario } from './scenarios.js'
import { Sheet } from './sheet.js'

const ALL = Object.entries<Scenario>(SCENARIOS)
/** Where words matter less than looks. */
const FIRST_OF_EACH_STATE = ALL.filter(
  ([, { progress }], index) => ALL.findIndex(([, other]) => other.progress.state === progress.state) === index,
)

const meta = {
  title: 'Widgets/DownloadCard/All states',
  component: Cards,
  args: { scenarios: ALL },
  play: ({ canvasElement }) => expectNoOverflow(canvasElement),
} satisfies Meta<typeof Cards>

export default meta
type Story = StoryObj<typeof meta>

const few = { args: { scenarios: FIRST_OF_EACH_STATE } }

export const AllStates: Story = {}
export const Dark: Story = { ...few, ...FRAMES.Dark }
export const German: Story = FRAMES.German
export const Rtl: Story = { ...few, ...FRAMES.Rtl }
export const Narrow320: Story = { globals: { ...FRAMES.Narrow320.globals, ...FRAMES.German.globals } }
export const ForcedColors: Story = { ...few, ...FRAMES.ForcedColors }
export const Compact: Story = { ...few, ...FRAMES.Compact }

/** Scenarios under their names. */
function Cards({ scenarios }: { readonly scenarios: readonly (readonly [string, Scenario])[] }) {
  const cards = scenarios.map(([name, { progress, facts }]) => [
    name,
    <DownloadCard
      {...CALLBACKS}
      key={name}
      progress={{ ...progress, taskId: name }}
      facts={facts}
      icon={pluginIcon(progress.pluginId)}
      headingLevel={3}
    />,
  ])
  return <Sheet items={Object.fromEntries(cards)} />
}
