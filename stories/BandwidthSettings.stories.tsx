import type { Meta, StoryObj } from '@storybook/react-vite'
import { useState } from 'react'
import { expect, fn, userEvent, within } from 'storybook/test'
import type { BandwidthPolicy } from '../src/publicTypes.js'
import { BandwidthSettings, type BandwidthSettingsProps } from '../src/react/index.js'
import { FRAMES } from './frames.js'
import { expectNoOverflow } from './noOverflow.js'
import { says } from './says.js'
import { Sheet } from './sheet.js'

const POLICY: BandwidthPolicy = {
  connection: 'auto',
  onMetered: 'ask',
  askAboveBytes: 10_000_000,
  saveData: 'respect',
}
const FREE = { online: true, metered: false, saveData: false }
const METERED = { online: true, metered: true, saveData: false }
const UNKNOWN = { online: true, metered: undefined, saveData: undefined }

const meta = {
  title: 'Widgets/BandwidthSettings',
  component: BandwidthSettings,
  args: { policy: POLICY, conditions: METERED, onChange: fn(async () => {}), onReset: fn(async () => {}) },
  render: (args) => <Settings {...args} />,
} satisfies Meta<typeof BandwidthSettings>

export default meta
type Story = StoryObj<typeof meta>

export const Asks: Story = {
  play: says('Right now: downloads over 10 MB ask first, because this looks like limited data.'),
}

export const AsksAlways: Story = {
  args: { policy: { ...POLICY, askAboveBytes: 0 } },
  play: says('Right now: every download asks first, because this looks like limited data.'),
}

export const Waits: Story = {
  args: { policy: { ...POLICY, onMetered: 'wait' }, conditions: { ...FREE, saveData: true } },
  play: says('Right now: downloads wait, because data saver is on.'),
}

export const Allows: Story = {
  args: { policy: { ...POLICY, onMetered: 'allow' } },
  play: says('Right now: downloads start without asking, because you allow them on limited data.'),
}

export const NoLimit: Story = {
  args: { conditions: FREE },
  play: says("Right now: downloads start without asking, because this doesn't look like limited data."),
}

/** A browser that tells nothing of its network: data saver is not offered. */
export const NobodyKnows: Story = {
  args: { conditions: UNKNOWN },
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    await expect(canvas.getByRole('group', { name: 'This connection' })).toHaveAccessibleDescription(
      "It can't be told here, so it counts as without a limit. If it has one, say so.",
    )
    await expect(canvas.queryByRole('switch', { name: 'Respect data saver' })).toBeNull()
  },
}

export const Offline: Story = {
  args: { conditions: { ...FREE, online: false } },
  play: says("Right now: nothing is downloaded, because you're offline."),
}

export const Limited: Story = {
  args: { policy: { ...POLICY, limitBytesPerSecond: 1_500_000 }, conditions: FREE },
  play: says("because this doesn't look like limited data. At most 1.5 MB/s."),
}

/** Each change is told by the line above. */
export const ByKeyboard: Story = {
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    const line = canvas.getByRole('status')
    await userEvent.tab()
    await expect(canvas.getByRole('radio', { name: 'Ask first' })).toHaveFocus()
    await userEvent.keyboard('{ArrowRight}{ArrowRight}')
    await expect(args.onChange).toHaveBeenLastCalledWith({ onMetered: 'wait' })
    await expect(line).toHaveTextContent('Right now: downloads wait, because this looks like limited data.')
    await expect(canvas.queryByRole('spinbutton')).toBeNull()
    await userEvent.tab()
    await userEvent.keyboard('{ArrowRight}{ArrowRight}')
    await expect(line).toHaveTextContent('you said that this connection has no limit.')
    await userEvent.tab()
    await expect(canvas.getByRole('switch', { name: 'Limit the speed' })).toHaveFocus()
    await userEvent.keyboard(' ')
    await expect(line).toHaveTextContent('At most 1 MB/s.')
  },
}

/** Half a number changes nothing, and what is no number is forgotten. */
export const ANumberIsWritten: Story = {
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    const field = canvas.getByRole('spinbutton', { name: 'Ask when a download is larger than' })
    await userEvent.clear(field)
    await userEvent.type(field, '25')
    await expect(args.onChange).not.toHaveBeenCalled()
    await userEvent.tab()
    await expect(args.onChange).toHaveBeenLastCalledWith({ askAboveBytes: 25_000_000 })
    await expect(canvas.getByRole('status')).toHaveTextContent('downloads over 25 MB ask first')
    await userEvent.clear(field)
    await userEvent.tab()
    await expect(field).toHaveValue(25)
    await expect(args.onChange).toHaveBeenCalledOnce()
  },
}

export const SaverIgnored: Story = {
  args: { conditions: { ...FREE, saveData: true } },
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    await userEvent.click(canvas.getByRole('switch', { name: 'Respect data saver' }))
    await expect(args.onChange).toHaveBeenCalledWith({ saveData: 'ignore' })
    await expect(canvas.getByRole('status')).toHaveTextContent('downloads start without asking')
    await userEvent.click(canvas.getByRole('button', { name: 'Back to the defaults' }))
    await expect(args.onReset).toHaveBeenCalledOnce()
  },
}

export const NotKept: Story = {
  args: {
    onChange: fn(async () => {
      throw new Error('No leader answers')
    }),
  },
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    await userEvent.click(canvas.getByRole('radio', { name: 'Wait' }))
    await expect(await canvas.findByRole('alert')).toHaveTextContent("That wasn't kept: No leader answers")
    await expect(canvas.getByRole('radio', { name: 'Ask first' })).toBeChecked()
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

function All(args: BandwidthSettingsProps) {
  const props = { ...args, headingLevel: 3 } as const
  return (
    <Sheet
      items={{
        asks: <Settings {...props} />,
        'waits, data saver': (
          <Settings {...props} policy={{ ...POLICY, onMetered: 'wait' }} conditions={{ ...FREE, saveData: true }} />
        ),
        'free, limited speed': (
          <Settings {...props} policy={{ ...POLICY, limitBytesPerSecond: 1_500_000 }} conditions={FREE} />
        ),
        'nobody knows': <Settings {...props} conditions={UNKNOWN} />,
        'said to be limited': <Settings {...props} policy={{ ...POLICY, connection: 'metered' }} conditions={FREE} />,
        offline: <Settings {...props} conditions={{ ...FREE, online: false }} />,
      }}
    />
  )
}

/** Keeps what was changed, as a dock does. */
function Settings({ policy, onChange, onReset, ...props }: BandwidthSettingsProps) {
  const [current, setCurrent] = useState(policy)
  return (
    <BandwidthSettings
      {...props}
      policy={current}
      onChange={async (part) => {
        await onChange(part)
        setCurrent({ ...current, ...part } as BandwidthPolicy) // reason: a limit that is taken away is undefined
      }}
      onReset={onReset}
    />
  )
}
