import type { HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { PluginDock } from '../../../src/dock/types.js'
import { servedUrl } from '../../../src/domain/servedUrls.js'
import type { ServedPlatform } from '../../../src/service-worker/platform.js'
import { type PluginFiles, servePluginFiles } from '../../../src/service-worker/servePluginFiles.js'
import { type MemoryHostOptions, publishOn } from '../../../src/testing/index.js'
import { createStage, type Stage } from '../dock/stage.js'
import { packed } from '../plugins/zips.js'
import { FakePage, SCOPE } from './fakePage.js'

export const ID = 'acme.charts'
export const PAGE = 'the page'

export type Contents = Readonly<Record<string, string | Uint8Array>>

/** What a browser says of a request; a `Request` made here could not say all of it. */
export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly mode?: string
  readonly destination?: string
  /** @default {@link PAGE} */
  readonly clientId?: string
}

export interface Answered {
  readonly response: Response
  /** Settles when the service worker has done with it. */
  readonly ended: Promise<unknown>
}

export interface ServedStage extends Stage {
  readonly dock: PluginDock
  readonly page: FakePage
  readonly platform: ServedPlatform
  readonly files: PluginFiles
  /** Installs a version of a plugin with these files; answers its address. */
  install(contents: Contents, how?: { version?: string; id?: string; compress?: boolean }): Promise<string>
  /** `undefined` where the request is left to others. */
  request(url: string, asked?: Asked): Promise<Answered> | undefined
  /** The answer for a file. */
  get(address: string, path: string, asked?: Asked): Promise<Response>
  urlOf(address: string, path: string): string
}

export interface ServedStageOptions extends MemoryHostOptions {
  readonly documents?: 'sandboxed' | 'sameOrigin'
  readonly served?: { readonly headers: Readonly<Record<string, string>> }
  readonly platform?: (platform: ServedPlatform) => ServedPlatform
}

/** A dock in a page, and the service worker that reads what it stores. */
export async function createServedStage(
  options: ServedStageOptions = {},
  dockOptions: HostDockOptions = {},
): Promise<ServedStage> {
  const { documents = 'sandboxed', served, platform: changed = (same) => same, ...rest } = options
  const page = new FakePage()
  const stage = createStage({ servedFiles: page, ...rest })
  const dock = await stage.open(dockOptions)
  const { host, clock } = stage
  const platform = changed({
    scope: () => SCOPE,
    now: () => clock.now(),
    digester: host.digester,
    leases: host.leases,
    openStores: async () => ({ records: host.records.open(), bundles: host.bundles }),
    askPage: async (clientId, question) => (clientId === PAGE ? page.ask(question) : undefined),
    askAnyPage: (question) => page.ask(question),
  })
  const files = servePluginFiles(platform, { name: 'plugdock', documents, headers: {}, ...served })
  const request = (url: string, asked: Asked = {}): Promise<Answered> | undefined => {
    let ended: Promise<unknown> = Promise.resolve()
    const waitUntil = (work: Promise<unknown>): void => {
      ended = work
    }
    const answer = files({ ...eventOf(url, asked), waitUntil })
    return answer?.then((response) => ({ response, ended }))
  }
  const urlOf = (address: string, path: string) => servedUrl(SCOPE, 'plugdock', { pluginId: ID, address, path })
  return {
    ...stage,
    dock,
    page,
    platform,
    files,
    request,
    urlOf,
    async install(contents, { version = '1.0.0', id = ID, compress = false } = {}) {
      const bytes = Uint8Array.from(await packed(contents, compress))
      const plugin = await stage.publish({ id, version, bytes, chunkLengths: CHUNK_BYTES })
      const { bundle } = plugin.manifest
      const manifest = { ...plugin.manifest, bundle: { ...bundle, format: 'zip' as const } }
      const url = publishOn(stage.origin, { manifest, bytes })
      return (await (await dock.downloads.startDownload(url)).finished).address
    },
    async get(address, path, asked) {
      const answered = await request(urlOf(address, path), asked)
      if (!answered) throw new Error('The request was left to others')
      return answered.response
    },
  }
}

/** Small, so that files have chunks of their own. */
export const CHUNK_BYTES = 1024

function eventOf(
  url: string,
  { method = 'GET', headers = {}, mode = 'cors', destination = '', clientId = PAGE }: Asked,
) {
  const request = { url, method, headers: new Headers(headers), mode, destination }
  return { request: request as unknown as Request, clientId } // reason: all of a request that is looked at
}

/** A request for a module of a page. */
export const MODULE: Asked = { mode: 'cors', destination: 'script' }
