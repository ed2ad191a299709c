import type { ReactNode } from 'react'
import type { CardAction } from './actions.js'
import { Icon } from './icons.js'

interface CardActionRowProps {
  readonly actions: readonly CardAction[]
  readonly tabIndex: number | undefined
}

/** The icons beside the name. Their places are kept, so that nothing moves when one goes. */
export function CardActionRow({ actions, tabIndex }: CardActionRowProps): ReactNode {
  return (
    <div className="pd-card__acts">
      {actions.map((action) => (
        <button
          key={action.name}
          type="button"
          className="pd-btn pd-btn--icon"
          tabIndex={tabIndex}
          title={action.label}
          data-action={action.name}
          onClick={action.run}
        >
          {action.icon ? <Icon name={action.icon} /> : null}
          <span className="pd-hidden">{action.label}</span>
        </button>
      ))}
    </div>
  )
}
