import { Observable, type Subscriber } from 'rxjs'
import { expect, test } from 'vitest'
import { shared } from '../../../src/dock/shared.js'

function createSource() {
  const subscribers: Subscriber<number>[] = []
  const ended: number[] = []
  const source = new Observable<number>((subscriber) => {
    const index = subscribers.push(subscriber) - 1
    return () => ended.push(index)
  })
  return { shared: shared(source), subscribers, ended }
}

test('two listen -> one subscription, which ends when the last has left; the next begins a new one', () => {
  const { shared, subscribers, ended } = createSource()
  const heard: string[] = []
  const first = shared.subscribe((value) => heard.push(`first ${value}`))
  const second = shared.subscribe((value) => heard.push(`second ${value}`))
  subscribers[0]?.next(1)
  first.unsubscribe()
  subscribers[0]?.next(2)
  expect(ended).toEqual([])
  second.unsubscribe()
  expect(ended).toEqual([0])
  shared.subscribe((value) => heard.push(`third ${value}`))
  subscribers[1]?.next(3)
  expect(heard).toEqual(['first 1', 'second 1', 'second 2', 'third 3'])
  expect(subscribers).toHaveLength(2)
})

test('it completes, or fails -> all hear so, and whoever comes next begins anew', () => {
  const { shared, subscribers } = createSource()
  const heard: string[] = []
  const listen = (name: string) =>
    shared.subscribe({ complete: () => heard.push(`${name} done`), error: (error) => heard.push(`${name} ${error}`) })
  listen('first')
  listen('second')
  subscribers[0]?.complete()
  listen('third')
  subscribers[1]?.error('broken')
  expect(heard).toEqual(['first done', 'second done', 'third broken'])
  expect(subscribers).toHaveLength(2)
})

test('it completes while it is subscribed to -> heard, and the next begins anew', () => {
  let subscriptions = 0
  const source = shared(
    new Observable<never>((subscriber) => {
      subscriptions++
      subscriber.complete()
    }),
  )
  let completions = 0
  for (let round = 0; round < 2; round++) source.subscribe({ complete: () => completions++ })
  expect([subscriptions, completions]).toEqual([2, 2])
})
