/** What an app's service worker writes against `plugdock/service-worker`. */
import { addBackgroundFetch } from 'plugdock/service-worker'

declare const self: { addEventListener(type: string, listener: (event: Event) => void): void }

addBackgroundFetch(self)
addBackgroundFetch(self, { name: 'editor' })
// @ts-expect-error no scope
addBackgroundFetch('sw.js')
