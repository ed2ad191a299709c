import { Observable, Subject, type Subscription } from 'rxjs'

/**
 * One subscription to `source` for all who listen, from when the first comes until the last has left; whoever comes after
 * it ended begins a new one. What rxjs' own `share` does; that would bring a third of rxjs into every app.
 */
export function shared<T>(source: Observable<T>): Observable<T> {
  let subject: Subject<T> | undefined
  let connection: Subscription | undefined
  return new Observable((subscriber) => {
    const own = subject ?? new Subject<T>()
    const isFirst = subject === undefined
    subject = own
    const forget = (): void => {
      if (subject === own) subject = undefined
    }
    const listening = own.subscribe(subscriber)
    if (isFirst) {
      connection = source.subscribe({
        next: (value) => own.next(value),
        error: (error: unknown) => {
          forget()
          own.error(error)
        },
        complete: () => {
          forget()
          own.complete()
        },
      })
    }
    return () => {
      listening.unsubscribe()
      if (own.observed || subject !== own) return
      forget()
      connection?.unsubscribe()
    }
  })
}
