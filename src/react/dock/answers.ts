import { Observable } from 'rxjs'

/**
 * What `ask` answers now, and again after each change. One question at a time: changes meanwhile are answered together
 * by the next. A question that fails is passed over; the next change asks again.
 */
export function answersOf<T>(changes: Observable<unknown>, ask: () => Promise<T>): Observable<T> {
  return new Observable((subscriber) => {
    let isAsking = false
    let isStale = false
    const look = async (): Promise<void> => {
      isStale = true
      if (isAsking) return
      isAsking = true
      while (isStale && !subscriber.closed) {
        isStale = false
        await ask().then(
          (answer) => subscriber.next(answer),
          () => {},
        )
      }
      isAsking = false
    }
    const subscription = changes.subscribe(() => void look())
    void look()
    return subscription
  })
}
