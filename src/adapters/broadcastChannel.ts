import type { Channel } from '../ports/host.js'

/** The channel that all pages of one dock talk on. */
export function pageChannel(name: string): string {
  return `plugdock/${name}`
}

/** Between all pages of an origin that have a channel of this name open. What is posted to a closed one is told nobody. */
export function openBroadcastChannel(name: string): Channel {
  const channel = new BroadcastChannel(name)
  let isOpen = true
  return {
    post(message) {
      // a page that goes away closes it, and hears of more events after that
      if (isOpen) channel.postMessage(message)
    },
    listen: (listener) => channel.addEventListener('message', ({ data }) => listener(data)),
    close() {
      isOpen = false
      channel.close()
    },
  }
}
