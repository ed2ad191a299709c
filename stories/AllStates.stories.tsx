import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, within } from 'storybook/test'
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
/** Words of a language that goes the other way keep their order: the number stands before what it counts. */
export const Rtl: Story = {
  ...few,
  globals: { ...FRAMES.Rtl.globals, ...FRAMES.German.globals },
  async play({ canvasElement }) {
    await expectNoOverflow(canvasElement)
    const label = within(canvasElement).getByText('23,5 MB laden')
    await expect(leftOf(label, '23,5')).toBeLessThan(leftOf(label, 'laden'))
    const note = within(canvasElement).getByText(/ohne Datenlimit von selbst\.$/)
    await expect(leftOf(note, 'selbst')).toBeLessThan(leftOf(note, '.', note.textContent.length - 1))
  },
}
export const Narrow320: Story = { globals: { ...FRAMES.Narrow320.globals, ...FRAMES.German.globals } }
export const ForcedColors: Story = { ...few, ...FRAMES.ForcedColors }
export const Compact: Story = { ...few, ...FRAMES.Compact }

/** Of a part of a text on the screen. */
function leftOf(element: HTMLElement, part: string, start = element.textContent.indexOf(part)): number {
  const range = document.createRange()
  const text = element.firstChild ?? element
  range.setStart(text, start)
  range.setEnd(text, start + part.length)
  return range.getBoundingClientRect().left
}

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
