import { Observable } from 'rxjs'
import { type EventObject, fromEventObservable, type NonReducibleUnknown, type ObservableActorLogic } from 'xstate'

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
        run(input, abort.signal, (event) => subscriber.next(event)).then(
          (event) => {
            subscriber.next(event)
            subscriber.complete()
          },
          (error: unknown) => subscriber.error(error),
        )
        return () => abort.abort()
      }),
  )
}
