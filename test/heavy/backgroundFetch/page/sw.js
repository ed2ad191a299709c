/** The app's service worker. */
import { addBackgroundFetch } from 'plugdock/service-worker'

addBackgroundFetch(self)
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
