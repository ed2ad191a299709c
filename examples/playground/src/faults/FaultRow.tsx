import type { ReactNode } from 'react'
import { usePlayground } from '../playgroundContext.js'
import type { FaultName } from '../words/pageWords.js'
import { usePageWords } from '../words/usePageWords.js'
import type { SwitchName } from './useFaults.js'

/** On until it is switched off. */
export function FaultSwitch({ name }: { readonly name: SwitchName }): ReactNode {
  const { faults } = usePlayground()
  const { faults: words } = usePageWords()
  const isOn = faults.active.includes(name)
  const isBusy = faults.busy === name
  return (
    <Row name={name} hint={isBusy ? words.filling : undefined}>
      <button
        type="button"
        role="switch"
        className="pd-switch"
        aria-checked={isOn}
        aria-labelledby={`pg-${name}`}
        aria-describedby={`pg-${name}-effect`}
        aria-disabled={isBusy || undefined}
        onClick={() => !isBusy && faults.set(name, !isOn)}
      />
    </Row>
  )
}

interface FaultButtonProps {
  readonly name: FaultName
  readonly label: string
  readonly isBusy: boolean
  onPress(): void
}

/** Happens once. */
export function FaultButton({ name, label, isBusy, onPress }: FaultButtonProps): ReactNode {
  return (
    <Row name={name}>
      <button
        type="button"
        className="pd-btn"
        aria-disabled={isBusy || undefined}
        aria-describedby={`pg-${name}-effect`}
        onClick={() => !isBusy && onPress()}
      >
        {label}
      </button>
    </Row>
  )
}

interface RowProps {
  readonly name: FaultName
  readonly hint?: string | undefined
  readonly children: ReactNode
}

function Row({ name, hint, children }: RowProps): ReactNode {
  const { title, effect } = usePageWords().faults.names[name]
  return (
    <li data-fault={name}>
      <div>
        <h3 id={`pg-${name}`}>{title}</h3>
        <p id={`pg-${name}-effect`}>{effect}</p>
        <p role="status" className="pg-faults__hint">
          {hint}
        </p>
      </div>
      {children}
    </li>
  )
}
