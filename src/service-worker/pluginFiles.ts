import { createServiceWorkerPlatform } from './createServiceWorkerPlatform.js'
import { type PluginFiles, servePluginFiles } from './servePluginFiles.js'

export type { PluginFileEvent, PluginFiles } from './servePluginFiles.js'

export interface PluginFilesOptions {
  /** The dock's. @default 'plugdock' */
  name?: string
  /**
   * What a plugin's HTML, SVG and XML files are when a person or a frame opens them: documents of no origin that run no
   * script (`Content-Security-Policy: sandbox`), or pages of the app's own. @default 'sandboxed'
   */
  documents?: 'sandboxed' | 'sameOrigin'
  /**
   * Sent with every file beside plugdock's own, which win. A worker takes its content security policy from its file:
   * give the page's here where plugins' workers shall have it.
   */
  headers?: Readonly<Record<string, string>>
}

/**
 * For the `fetch` listener of the app's own service worker: answers `<scope>plugdock/<name>/…` with files of installed
 * plugins, and leaves all other requests alone. Every byte was hashed against what was installed before it is handed out:
 * what is damaged is repaired by an open page, or refused with 502.
 *
 * @example
 * import { pluginFiles } from 'plugdock/service-worker'
 * const files = pluginFiles()
 * self.addEventListener('fetch', (event) => {
 *   const answer = files(event)
 *   if (answer !== undefined) event.respondWith(answer)
 * })
 */
export function pluginFiles(options: PluginFilesOptions = {}): PluginFiles {
  const { name = 'plugdock', documents = 'sandboxed', headers = {} } = options
  let files: PluginFiles | undefined
  return (event) => {
    files ??= servePluginFiles(createServiceWorkerPlatform(name), { name, documents, headers })
    return files(event)
  }
}
