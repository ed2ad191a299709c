import { readServedUrl, type ServedFile } from '../domain/servedUrls.js'
import type { PluginArchive } from '../plugins/archive.js'
import { applyEdits } from '../plugins/moduleSource.js'
import {
  type AnswerRules,
  failureAnswer,
  fileHeaders,
  helloAnswer,
  moduleHeaders,
  unknownAnswer,
  unsatisfiableAnswer,
  wrongMethodAnswer,
} from './answers.js'
import { begunStream } from './begunStream.js'
import { readRange } from './byteRange.js'
import type { ServedPlatform } from './platform.js'
import { type BundleInUse, ServedBundles } from './servedBundles.js'
import { isModuleRequest, needsPage, readLink } from './servedModules.js'

/** The part of a `FetchEvent` that it takes. */
export interface PluginFileEvent {
  readonly request: Request
  readonly clientId: string
  waitUntil(work: Promise<unknown>): void
}

/** Answers a request for a plugin's file; `undefined` for all other requests. Called in the event, before anything is awaited. */
export type PluginFiles = (event: PluginFileEvent) => Promise<Response> | undefined

export interface ServeOptions extends AnswerRules {
  readonly name: string
}

export function servePluginFiles(platform: ServedPlatform, options: ServeOptions): PluginFiles {
  const server = new FileServer(platform, options)
  return (event) => {
    const target = readServedUrl(platform.scope(), options.name, event.request.url)
    if (!target) return undefined
    const { method } = event.request
    if (method !== 'GET' && method !== 'HEAD') return Promise.resolve(wrongMethodAnswer(method))
    if (target.kind === 'hello') return Promise.resolve(helloAnswer())
    if (target.kind === 'nothing') return Promise.resolve(unknownAnswer('No plugin has such a file'))
    return server.answer(event, target.file)
  }
}

class FileServer {
  readonly #platform: ServedPlatform
  readonly #options: ServeOptions
  readonly #bundles: ServedBundles

  constructor(platform: ServedPlatform, options: ServeOptions) {
    this.#platform = platform
    this.#options = options
    this.#bundles = new ServedBundles(platform, options.name)
  }

  answer(event: PluginFileEvent, file: ServedFile): Promise<Response> {
    // for as long as somebody reads the answer
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    event.waitUntil(ended)
    return this.#answer(event, file, end).catch((error: unknown) => {
      end()
      return failureAnswer(error)
    })
  }

  async #answer(event: PluginFileEvent, file: ServedFile, onEnd: () => void): Promise<Response> {
    const bundle = await this.#bundles.use(file, event.clientId)
    const end = (isFaulty: boolean): void => {
      bundle.release(isFaulty)
      onEnd()
    }
    try {
      const answer = await this.#moduleAnswer(event, file, bundle.archive)
      if (!answer) return await this.#fileAnswer(event.request, file, bundle, end)
      end(false)
      return answer
    } catch (error) {
      end(true)
      throw error
    }
  }

  /** `undefined` where it is asked for something else than a module, or there is none. */
  async #moduleAnswer(
    { request, clientId }: PluginFileEvent,
    file: ServedFile,
    archive: PluginArchive,
  ): Promise<Response | undefined> {
    if (!isModuleRequest(request)) return undefined
    const { path, address } = file
    const ask = async () => {
      const question = { type: 'plugdock.link', name: this.#options.name, ...file } as const
      return readLink(await this.#platform.askPage(clientId, question))
    }
    if (!archive.has(path)) {
      const own = await ask()
      return own && 'code' in own ? new Response(own.code, { headers: moduleHeaders(this.#options) }) : undefined
    }
    const bytes = await archive.read(path)
    const code = new TextDecoder().decode(bytes)
    const link = needsPage(path, code) ? await ask() : undefined
    if (link && 'edits' in link) {
      return new Response(applyEdits(code, link.edits), { headers: moduleHeaders(this.#options) })
    }
    const whole = { path, address, sizeBytes: bytes.length, part: undefined, isNavigation: false }
    return new Response(bytes, { headers: fileHeaders(whole, this.#options) })
  }

  async #fileAnswer(
    { headers: asked, mode, method }: Request,
    { path, address }: ServedFile,
    { archive }: BundleInUse,
    end: (isFaulty: boolean) => void,
  ): Promise<Response> {
    const sizeBytes = archive.size(path)
    const part = isOfOtherBytes(asked, address) ? undefined : readRange(asked.get('range'), sizeBytes)
    if (part === 'unsatisfiable') {
      end(false)
      return unsatisfiableAnswer(sizeBytes)
    }
    const isNavigation = mode === 'navigate'
    const headers = fileHeaders({ path, address, sizeBytes, part, isNavigation }, this.#options)
    const status = part ? 206 : 200
    if (method === 'HEAD' || sizeBytes === 0) {
      end(false)
      return new Response(null, { status, headers })
    }
    const bytes = await begunStream(part ? archive.part(path, part) : archive.stream(path), end)
    return new Response(bytes, { status, headers })
  }
}

/** A part is wanted only of the bytes that somebody has another part of already. */
function isOfOtherBytes(asked: Headers, address: string): boolean {
  const condition = asked.get('if-range')
  return condition !== null && condition !== `"${address}"`
}
