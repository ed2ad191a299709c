/** The app's own service worker, with the one listener that an app adds. */
import { pluginFiles } from 'plugdock/service-worker'

const files = pluginFiles()

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const answer = files(event)
  if (answer !== undefined) event.respondWith(answer)
})
