/** What an app writes against `plugdock/service-worker`. */
import { addBackgroundFetch, type PluginFileEvent, type PluginFiles, pluginFiles } from 'plugdock/service-worker'

/** As the library of service workers describes it. */
interface FetchEvent extends Event {
  readonly request: Request
  readonly clientId: string
  waitUntil(work: Promise<unknown>): void
  respondWith(answer: Response | PromiseLike<Response>): void
}

const files: PluginFiles = pluginFiles({ name: 'editor', documents: 'sameOrigin', headers: { 'x-app': '1' } })

export function onFetch(event: FetchEvent): void {
  const answer = files(event)
  if (answer !== undefined) event.respondWith(answer)
}

export const least: PluginFileEvent = {
  request: new Request('https://app.example/'),
  clientId: '',
  waitUntil: () => {},
}

// @ts-expect-error sandboxed, or of the app's origin
pluginFiles({ documents: 'everything' })

declare const scope: { addEventListener(type: string, listener: (event: Event) => void): void }

addBackgroundFetch(scope)
addBackgroundFetch(scope, { name: 'editor' })
// @ts-expect-error no scope
addBackgroundFetch('sw.js')
