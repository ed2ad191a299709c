import { LOBBY } from './protocol.js'

/** Pages and panels hold a lock of their own name as long as they live: so others learn of it however they end. */
export function holdForLife(id: string, then: () => void): void {
  void navigator.locks.request(nameOf(id), () => {
    then()
    return new Promise<never>(() => {})
  })
}

/** `id` holds its lock already. */
export function whenGone(id: string, then: () => void): void {
  void navigator.locks.request(nameOf(id), then)
}

function nameOf(id: string): string {
  return `${LOBBY}/life/${id}`
}
