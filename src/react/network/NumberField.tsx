import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

interface NumberFieldProps {
  readonly label: string
  readonly unit: string
  readonly value: number
  readonly min: number
  readonly step: number
  /** Of a number that is not below `min`, when it is whole: after Enter, an arrow, or the field was left. */
  readonly onChange: (value: number) => void
}

/** A number with its unit. What is half written changes nothing; what is no number is forgotten. */
export function NumberField({ label, unit, value, min, step, onChange }: NumberFieldProps): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState<string>()
  const id = useId()
  useEffect(() => {
    const field = input.current
    // the platform's event: React's of that name comes with each key
    const commit = () => {
      const written = field?.valueAsNumber ?? Number.NaN
      setDraft(undefined)
      if (written >= min && written !== value) onChange(written)
    }
    field?.addEventListener('change', commit)
    return () => field?.removeEventListener('change', commit)
  }, [min, value, onChange])
  return (
    <div className="pd-field__number">
      <label htmlFor={id}>{label}</label>
      <span className="pd-input pd-num">
        <input
          ref={input}
          id={id}
          type="number"
          inputMode="decimal"
          min={min}
          step={step}
          aria-describedby={`${id}unit`}
          value={draft ?? value}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
        <span id={`${id}unit`}>{unit}</span>
      </span>
    </div>
  )
}
