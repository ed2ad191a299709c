import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, within } from 'storybook/test'
import { NO_SPEED, nextSeries, SpeedGraph, type SpeedSeries } from '../src/react/index.js'
import { FRAMES } from './frames.js'
import { NOW } from './scenarios.js'
import { Sheet } from './sheet.js'

const meta = {
  title: 'Widgets/SpeedGraph',
  component: SpeedGraph,
  args: { series: seriesOf((second) => 700_000 + 200_000 * Math.sin(second / 5)) },
} satisfies Meta<typeof SpeedGraph>

export default meta
type Story = StoryObj<typeof meta>

const withPause = seriesOf((second) => (second > 20 && second < 32 ? undefined : 4_200_000 + 90_000 * (second % 7)))
const still = seriesOf((second) => (second > 45 ? undefined : 900_000))

export const Moving: Story = {
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    await expect(
      canvas.getByRole('img', { name: /^Speed over the last minute: now \d+\skB\/s, highest/ }),
    ).toBeVisible()
    await userEvent.click(canvas.getByText('Details'))
    await expect(canvas.getAllByRole('row')).toHaveLength(6)
  },
}
export const Paused: Story = { args: { series: withPause } }
export const Still: Story = { args: { series: still } }
export const Limited: Story = { args: { series: seriesOf(() => 990_000), limitBytesPerSecond: 1_000_000 } }
export const Nothing: Story = { args: { series: NO_SPEED } }

export const AllStates: Story = {
  render: (args) => (
    <Sheet
      items={{
        moving: <SpeedGraph {...args} />,
        paused: <SpeedGraph series={withPause} />,
        still: <SpeedGraph series={still} />,
        limited: <SpeedGraph series={seriesOf(() => 990_000)} limitBytesPerSecond={900_000} />,
        nothing: <SpeedGraph series={NO_SPEED} />,
      }}
    />
  ),
}
export const Dark: Story = { ...AllStates, ...FRAMES.Dark }
export const German: Story = { ...AllStates, ...FRAMES.German }
export const Rtl: Story = { ...AllStates, ...FRAMES.Rtl }
export const Narrow320: Story = { ...AllStates, ...FRAMES.Narrow320 }
export const ForcedColors: Story = { ...AllStates, ...FRAMES.ForcedColors }
export const Compact: Story = { ...AllStates, ...FRAMES.Compact }

/** A minute, a second at a time. */
function seriesOf(speedAt: (second: number) => number | undefined): SpeedSeries {
  const seconds = Array.from({ length: 60 }, (_, second) => second)
  return seconds.reduce(
    (series, second) => nextSeries(series, { at: NOW - (59 - second) * 1000, bytesPerSecond: speedAt(second) }),
    NO_SPEED,
  )
}
