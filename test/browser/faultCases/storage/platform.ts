import { onTestFinished } from 'vitest'
import { createSystemClock } from '../../../../src/adapters/systemClock.js'
import type { Timers } from '../../../../src/domain/timeLimit.js'
import { freshName, removeFolderOf } from '../../engineWorker.js'

/** A dock's name that nobody else has; everything under it is removed when the test is over. */
export function ownName(): string {
  const name = freshName()
  onTestFinished(async () => {
    indexedDB.deleteDatabase(`plugdock/${name}`)
    indexedDB.deleteDatabase(`plugdock/${name}/bundles`)
    await removeFolderOf(name)
  })
  return name
}

export const timers: Timers = createSystemClock()

/** Time that is over at once. */
export const hurriedTimers: Timers = {
  setTimeout: (callback: () => void) => queueMicrotask(callback),
  clearTimeout: () => {},
}

/** Pauses are over at once, and no time limit ever is. */
export const impatientTimers: Timers = {
  setTimeout: (callback: () => void, delayMs: number) => delayMs < 5000 && queueMicrotask(callback),
  clearTimeout: () => {},
}

/** Puts something else in a property's place, as other engines have it, until the test is over. Gives back what undoes it. */
export function replace(target: object, property: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(target, property)
  Object.defineProperty(target, property, { value, configurable: true, writable: true })
  const undo = () => {
    if (own) Object.defineProperty(target, property, own)
    else Reflect.deleteProperty(target, property)
  }
  onTestFinished(undo)
  return undo
}

export function settledRequest<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Past every store; everybody who has it open is told to let go. */
export async function deleteDatabase(name: string): Promise<void> {
  await settledRequest(indexedDB.deleteDatabase(name))
}

/** `indexedDB.open` answers as `answer` says; where that gives `undefined`, as ever. */
export function interceptOpening(answer: (name: string) => DOMException | undefined): () => void {
  const open = indexedDB.open.bind(indexedDB)
  return replace(indexedDB, 'open', (name: string, version?: number) => {
    const error = answer(name)
    return error ? failing(error) : open(name, version)
  })
}

/** A request that fails in a moment. */
function failing(error: DOMException): object {
  const request = { error, onerror: (_event: unknown) => {} }
  queueMicrotask(() => request.onerror({ preventDefault: () => {} }))
  return request
}

/**
 * Values of these keys are lost: the browser has them in its index, and cannot read them. A failed request ends its
 * transaction unless somebody says otherwise, as in a browser.
 */
export function loseValues(isLost: (key: string) => boolean): () => void {
  const { get, getAll, getAllKeys } = IDBObjectStore.prototype
  const undo = [
    replace(IDBObjectStore.prototype, 'get', function (this: IDBObjectStore, key: IDBValidKey) {
      const request = get.call(this, key)
      return isLost(String(key)) ? failAfter(request, this.transaction) : request
    }),
    replace(IDBObjectStore.prototype, 'getAll', function (this: IDBObjectStore, range: IDBKeyRange) {
      const keys = getAllKeys.call(this, range)
      const request = getAll.call(this, range)
      return failAfter(request, this.transaction, () => keys.result.some((key) => isLost(String(key))))
    }),
  ]
  return () => {
    for (const each of undo) each()
  }
}

function failAfter(request: IDBRequest, transaction: IDBTransaction, fails = () => true): object {
  const error = new DOMException('Data lost due to missing file', 'NotReadableError')
  const fake = {
    error,
    result: undefined,
    onsuccess: (_event: unknown) => {},
    onerror: (_event: unknown) => {},
  }
  request.onsuccess = (event) => {
    if (!fails()) return void fake.onsuccess(Object.assign(fake, { result: request.result }) && event)
    let isPrevented = false
    fake.onerror({
      preventDefault: () => {
        isPrevented = true
      },
    })
    if (!isPrevented) transaction.abort()
  }
  return fake
}
