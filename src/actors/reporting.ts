import { Observable } from 'rxjs'
import { type EventObject, fromEventObservable, type NonReducibleUnknown, type ObservableActorLogic } from 'xstate'

/** For whatever still goes on when its effect has ended. One for all: a reason that is made each time has a stack. */
const OVER = Object.assign(new Error('What it belongs to has ended'), { name: 'AbortError' })

/**
 * An effect that ends in one event for its parent, and may `report` others before. Stopping the actor aborts `signal`
 * and silences it. `run` must not reject: every failure is an event.
 */
export function reporting<TEvent extends EventObject, TInput extends NonReducibleUnknown>(
  run: (input: TInput, signal: AbortSignal, report: (event: TEvent) => void) => Promise<TEvent>,
): ObservableActorLogic<TEvent, TInput> {
  return fromEventObservable(
    ({ input }: { input: TInput }) =>
      new Observable<TEvent>((subscriber) => {
        const abort = new AbortController()
        let hasEnded = false
        run(input, abort.signal, (event) => subscriber.next(event)).then(
          (event) => {
            hasEnded = true
            subscriber.next(event)
            subscriber.complete()
          },
          (error: unknown) => {
            hasEnded = true
            subscriber.error(error)
          },
        )
        return () => (hasEnded ? abort.abort(OVER) : abort.abort())
      }),
  )
}
