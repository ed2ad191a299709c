import type { ReactNode } from 'react'
import { Icon } from '../card/icons.js'
import { useWords } from '../words/wordsContext.js'
import { NumberField } from './NumberField.js'
import { ChoiceField, SwitchField } from './SettingFields.js'
import {
  type BandwidthModel,
  type BandwidthOptions,
  bytesOfMegabytes,
  FIRST_LIMIT_BYTES_PER_SECOND,
  useBandwidthSettings,
} from './useBandwidthSettings.js'

export interface BandwidthSettingsProps extends BandwidthOptions {
  /** @default 2 */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6 | undefined
  readonly className?: string | undefined
}

/** What downloads may have of the network. Each change holds at once, and the first line says what all come to. */
export function BandwidthSettings({ headingLevel = 2, className, ...options }: BandwidthSettingsProps): ReactNode {
  const { messages, say } = useWords()
  const model = useBandwidthSettings(options)
  const Heading = `h${headingLevel}` as const
  const { bandwidth } = messages
  return (
    <div className={['pd-widget pd-panel pd-bandwidth', className].filter(Boolean).join(' ')} data-state={model.state}>
      <Heading>{say(bandwidth.title)}</Heading>
      <div className="pd-banner" data-tone="accent" role="status">
        <Icon name={model.icon} />
        <p className="pd-num">
          <bdi>{model.now}</bdi>
        </p>
      </div>
      {model.problem === undefined ? null : (
        <p className="pd-bandwidth__problem" role="alert">
          <bdi>{model.problem}</bdi>
        </p>
      )}
      <ChoiceField
        legend={say(bandwidth.onMetered) ?? ''}
        hint={model.onMeteredHint}
        choices={model.onMetered}
        onChange={(onMetered) => model.change({ onMetered })}
      />
      <AskAbove model={model} />
      <ChoiceField
        legend={say(bandwidth.connection) ?? ''}
        hint={model.connectionHint}
        choices={model.connection}
        onChange={(connection) => model.change({ connection })}
      />
      <Limit model={model} />
      {model.canRespectSaver ? (
        <SwitchField
          label={say(bandwidth.saveData) ?? ''}
          hint={say(bandwidth.saveDataHint)}
          isOn={model.respectsSaver}
          onChange={(isOn) => model.change({ saveData: isOn ? 'respect' : 'ignore' })}
        />
      ) : null}
      {model.reset ? (
        <button type="button" className="pd-btn pd-btn--ghost" onClick={model.reset}>
          <Icon name="undo" />
          {say(bandwidth.reset)}
        </button>
      ) : null}
    </div>
  )
}

function AskAbove({ model }: { readonly model: BandwidthModel }): ReactNode {
  const { messages, say } = useWords()
  const { askAbove, megabytes } = messages.bandwidth
  if (model.askAboveMegabytes === undefined) return null
  return (
    <div className="pd-field">
      <NumberField
        label={say(askAbove) ?? ''}
        unit={say(megabytes) ?? ''}
        value={model.askAboveMegabytes}
        min={0}
        step={1}
        onChange={(value) => model.change({ askAboveBytes: bytesOfMegabytes(value) })}
      />
    </div>
  )
}

function Limit({ model }: { readonly model: BandwidthModel }): ReactNode {
  const { messages, say } = useWords()
  const { limit, limitValue, megabytesPerSecond } = messages.bandwidth
  const { limitMegabytes } = model
  return (
    <SwitchField
      label={say(limit) ?? ''}
      isOn={limitMegabytes !== undefined}
      onChange={(isOn) => model.change({ limitBytesPerSecond: isOn ? FIRST_LIMIT_BYTES_PER_SECOND : undefined })}
    >
      {limitMegabytes === undefined ? null : (
        <NumberField
          label={say(limitValue) ?? ''}
          unit={say(megabytesPerSecond) ?? ''}
          value={limitMegabytes}
          min={0.1}
          step={0.1}
          onChange={(value) => model.change({ limitBytesPerSecond: bytesOfMegabytes(value) })}
        />
      )}
    </SwitchField>
  )
}
