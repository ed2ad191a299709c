import { type ReactNode, useId } from 'react'
import type { Choice } from './useBandwidthSettings.js'

interface ChoiceFieldProps<T extends string> {
  readonly legend: string
  readonly hint: string | undefined
  readonly choices: readonly Choice<T>[]
  readonly onChange: (value: T) => void
}

/** One of a few, side by side: native radios. */
export function ChoiceField<T extends string>({ legend, hint, choices, onChange }: ChoiceFieldProps<T>): ReactNode {
  const id = useId()
  return (
    <fieldset className="pd-field" aria-describedby={hint === undefined ? undefined : `${id}hint`}>
      <legend>{legend}</legend>
      <div className="pd-seglist">
        {choices.map(({ value, label, isChosen }) => (
          <label key={value} data-on={isChosen || undefined}>
            <input
              type="radio"
              className="pd-hidden"
              name={id}
              value={value}
              checked={isChosen}
              onChange={() => onChange(value)}
            />
            {label}
          </label>
        ))}
      </div>
      {hint === undefined ? null : (
        <small id={`${id}hint`}>
          <bdi>{hint}</bdi>
        </small>
      )}
    </fieldset>
  )
}

interface SwitchFieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  /** More about it, while it is on. */
  readonly children?: ReactNode
}

export function SwitchField({ label, hint, isOn, onChange, children }: SwitchFieldProps): ReactNode {
  const id = useId()
  return (
    <div className="pd-field">
      <div className="pd-field__switch">
        <div>
          <b id={id}>{label}</b>
          {hint === undefined ? null : (
            <small id={`${id}hint`}>
              <bdi>{hint}</bdi>
            </small>
          )}
        </div>
        <button
          type="button"
          className="pd-switch"
          role="switch"
          aria-checked={isOn}
          aria-labelledby={id}
          aria-describedby={hint === undefined ? undefined : `${id}hint`}
          onClick={() => onChange(!isOn)}
        />
      </div>
      {children}
    </div>
  )
}
