/** A browser on this computer's loopback is never offline: it is made to say so, as it would where the network is gone. */

const real = Object.getOwnPropertyDescriptor(Navigator.prototype, 'onLine')
let isGone = false

Object.defineProperty(navigator, 'onLine', {
  configurable: true,
  get: () => !isGone && real?.get?.call(navigator) !== false,
})

export function pretendOffline(isOffline: boolean): void {
  if (isOffline === isGone) return
  isGone = isOffline
  dispatchEvent(new Event(isOffline ? 'offline' : 'online'))
}
