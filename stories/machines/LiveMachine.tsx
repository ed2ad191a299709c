import { useSelector } from '@xstate/react'
import type { ReactNode } from 'react'
import type { AnyMachineSnapshot, AnyStateMachine, EventObject, Subscribable } from 'xstate'
import { MachineChart } from './MachineChart.js'

/** An actor of a machine, as far as a drawing needs it. */
export interface ShownActor extends Subscribable<AnyMachineSnapshot> {
  getSnapshot(): AnyMachineSnapshot
}

interface LiveMachineProps {
  readonly machine: AnyStateMachine
  readonly actor: ShownActor
  /** Sent where its button is pressed; a button is disabled while its event would change nothing. */
  readonly events: readonly EventObject[]
  readonly send: (event: EventObject) => void
  /** Buttons that change the world around the machine. */
  readonly children?: ReactNode
}

/** A machine's chart with what one of its actors is doing, and the events that a person may send. */
export function LiveMachine({ machine, actor, events, send, children }: LiveMachineProps): ReactNode {
  const snapshot = useSelector(actor, (current) => current)
  return (
    <div className="column">
      <MachineChart machine={machine} value={snapshot.value} />
      <fieldset className="pd-actions machine-events">
        <legend>Send an event</legend>
        {events.map((event) => (
          <button
            key={event.type}
            type="button"
            className="pd-btn"
            disabled={snapshot.status !== 'active' || !snapshot.can(event)}
            onClick={() => send(event)}
          >
            {event.type}
          </button>
        ))}
      </fieldset>
      {children ? (
        <fieldset className="pd-actions machine-events">
          <legend>Change the world</legend>
          {children}
        </fieldset>
      ) : null}
    </div>
  )
}
