import type { Channel } from '../ports/host.js'

/** Between all pages of an origin that have a channel of this name open. */
export function openBroadcastChannel(name: string): Channel {
  const channel = new BroadcastChannel(name)
  return {
    post: (message) => channel.postMessage(message),
    listen: (listener) => channel.addEventListener('message', ({ data }) => listener(data)),
    close: () => channel.close(),
  }
}
