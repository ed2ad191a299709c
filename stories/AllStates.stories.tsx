import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect } from 'storybook/test'
import { DownloadCard } from '../src/react/index.js'
import { CALLBACKS } from './callbacks.js'
import { pluginIcon } from './pluginIcon.js'
import { SCENARIOS, type Scenario } from './scenarios.js'

const meta = {
  title: 'Widgets/DownloadCard/All states',
  component: AllCards,
  args: { isNarrow: false },
  async play({ canvasElement }) {
    const { scrollWidth, clientWidth } = canvasElement.ownerDocument.documentElement
    await expect(scrollWidth).toBeLessThanOrEqual(clientWidth)
  },
} satisfies Meta<typeof AllCards>

export default meta
type Story = StoryObj<typeof meta>

export const AllStates: Story = {}
export const Dark: Story = { globals: { theme: 'dark' } }
export const German: Story = { globals: { locale: 'de' } }
export const Rtl: Story = { globals: { direction: 'rtl', locale: 'de' } }
export const Narrow320: Story = { args: { isNarrow: true } }
export const NarrowGerman: Story = { args: { isNarrow: true }, globals: { locale: 'de' } }
export const Compact: Story = { globals: { density: 'compact' } }

/** Every scenario under its name. */
function AllCards({ isNarrow }: { readonly isNarrow: boolean }) {
  return (
    <div className={isNarrow ? 'narrow column' : 'columns'}>
      {Object.entries<Scenario>(SCENARIOS).map(([name, { progress, facts }]) => (
        <section key={name} aria-label={name}>
          <h2 className="caption">{name}</h2>
          <DownloadCard
            {...CALLBACKS}
            progress={{ ...progress, taskId: name }}
            facts={facts}
            icon={pluginIcon(progress.pluginId)}
            headingLevel={3}
          />
        </section>
      ))}
    </div>
  )
}
