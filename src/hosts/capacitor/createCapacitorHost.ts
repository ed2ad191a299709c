import { CapacitorApp, createCapacitorConditions, watchCapacitorEnd } from '../../adapters/capacitorApp.js'
import { createFarewell } from '../../adapters/farewell.js'
import { watchPageEnd } from '../../adapters/pageLife.js'
import { createPageNotes } from '../../adapters/pageNotes.js'
import type { Host, HostStores } from '../../ports/host.js'
import { type BrowserHostOptions, createBrowserHost } from '../browser/createBrowserHost.js'
import type { CapacitorModules } from './capacitorModules.js'

export interface CapacitorHostOptions extends BrowserHostOptions {
  /** Asked once, when the dock is opened. */
  readonly load: () => Promise<CapacitorModules>
}

/** The page's host in the WebView of an app, with what the app around it tells. */
export function createCapacitorHost({ load, ...options }: CapacitorHostOptions): Host {
  return hostOver(createBrowserHost(options), options.name ?? 'plugdock', load)
}

/** Everything of `page`, but for what the app knows better. */
export function hostOver(page: Host, name: string, load: () => Promise<CapacitorModules>): Host {
  const app = new CapacitorApp()
  let isNative = false
  const own: Partial<Host> = {
    conditions: createCapacitorConditions(page.conditions, app),
    farewell: createFarewell(createPageNotes(name), watchCapacitorEnd(app, watchPageEnd)),
    get capabilities() {
      const { capabilities } = page
      return isNative ? { ...capabilities, meteredDetection: true } : capabilities
    },
    async open(): Promise<HostStores> {
      const modules = await load()
      isNative = modules.isNative
      if (isNative) await app.attach(modules.network, modules.app)
      try {
        const stores = await page.open()
        return { ...stores, close: () => stores.close().finally(() => app.detach()) }
      } catch (error) {
        await app.detach()
        throw error
      }
    },
  }
  return new Proxy(page, {
    get(target, key) {
      const ownValue: unknown = Reflect.get(own, key)
      if (ownValue !== undefined) return ownValue
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
