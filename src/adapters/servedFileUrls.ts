import { StorageError } from '../domain/errors/index.js'
import { HELLO_HEADER, type ServedFile, servedRoot, servedUrl } from '../domain/servedUrls.js'
import { type Timers, withinTime } from '../domain/timeLimit.js'
import type { CodeEdit, ModuleScope } from '../ports/modules.js'
import type {
  ServedBundle,
  ServedFiles,
  ServedFilesDesk,
  ServedLink,
  ServedQuestion,
  ServedReply,
} from '../ports/servedFiles.js'

/** A service worker that has to start first takes a moment; one that hangs must not hold up the page. */
const HELLO_LIMIT_MS = 3000

/** By dock's name: a page has one module for each URL, whichever of its docks came first, and it lives as long as the page. */
const ofThisPage = new Map<string, ServedFileUrls>()

/** Plugin files through the service worker that controls this page, if it answers for the dock `name`. Touches nothing yet. */
export function servedFileUrls(name: string, timers: Timers): ServedFiles {
  const known = ofThisPage.get(name) ?? new ServedFileUrls(name, timers)
  ofThisPage.set(name, known)
  return known
}

class ServedFileUrls implements ServedFiles {
  readonly #name: string
  readonly #timers: Timers
  readonly #links = new Map<string, ServedLink>()
  readonly #desks = new Set<ServedFilesDesk>()
  #container: ServiceWorkerContainer | undefined
  #scope = ''
  #areServed = false
  #asked: Promise<boolean> | undefined

  constructor(name: string, timers: Timers) {
    this.#name = name
    this.#timers = timers
  }

  get areServed(): boolean {
    return this.#areServed
  }

  isServing(): Promise<boolean> {
    this.#listen()
    this.#asked ??= this.#ask()
    return this.#asked
  }

  urlOf(file: ServedFile): string {
    return servedUrl(this.#scope, this.#name, file)
  }

  createScope(bundle: ServedBundle): ModuleScope {
    return {
      keepsRelativeSpecifiers: true,
      publish: async (path, code, edits) => this.#publish({ ...bundle, path }, code, edits),
      import: importServed,
      // what runs may import more for as long as the page lives
      close: async () => {},
    }
  }

  answer(desk: ServedFilesDesk): () => void {
    this.#desks.add(desk)
    return () => this.#desks.delete(desk)
  }

  #publish(file: ServedFile, code: string, edits: readonly CodeEdit[] | undefined): string {
    const link = edits ? { edits } : { code }
    if (!edits || edits.length > 0) this.#links.set(keyOf(file), link)
    return this.urlOf(file)
  }

  #listen(): void {
    if (this.#container) return
    this.#container = globalThis.navigator?.serviceWorker
    if (!this.#container) return
    this.#container.addEventListener('controllerchange', () => {
      this.#asked = this.#ask()
    })
    this.#container.addEventListener('message', ({ data, ports: [port] }) => {
      if (port && isQuestion(data) && data.name === this.#name) void this.#reply(data, port)
    })
    this.#container.startMessages()
  }

  async #ask(): Promise<boolean> {
    const container = this.#container
    const controller = container?.controller
    const isServed = container && controller ? await this.#hello(container).catch(() => undefined) : false
    if (isServed === undefined) this.#asked = undefined
    // somebody else took over meanwhile: whoever asked about that one decides
    if (container?.controller === controller) this.#areServed = isServed === true
    return isServed === true
  }

  async #hello(container: ServiceWorkerContainer): Promise<boolean> {
    const abort = new AbortController()
    const asking = async (): Promise<boolean> => {
      const registration = await container.getRegistration()
      if (!registration) return false
      const url = servedRoot(registration.scope, this.#name)
      const answer = await fetch(url, { method: 'HEAD', cache: 'no-store', redirect: 'manual', signal: abort.signal })
      const isServed = answer.headers.get(HELLO_HEADER) === '1'
      if (isServed) this.#scope = registration.scope
      return isServed
    }
    const onLate = () => new DOMException('The service worker did not answer', 'TimeoutError')
    try {
      return await withinTime(asking(), { timers: this.#timers, limitMs: HELLO_LIMIT_MS, onLate })
    } finally {
      abort.abort()
    }
  }

  async #reply(question: ServedQuestion, port: MessagePort): Promise<void> {
    const tell = (reply: ServedReply) => port.postMessage(reply)
    tell({ type: 'heard' })
    const value = await this.#answerTo(question).catch(() => undefined)
    tell({ type: 'answer', value })
  }

  async #answerTo(question: ServedQuestion): Promise<unknown> {
    switch (question.type) {
      case 'plugdock.link':
        return this.#links.get(keyOf(question))
      case 'plugdock.describe':
        return [...this.#desks].map((desk) => desk.describe(question)).find((version) => version !== undefined)
      case 'plugdock.mend':
        await Promise.any([...this.#desks].map((desk) => desk.mend(question, question.badChunks)))
        return true
    }
  }
}

/** Of Chromium, Firefox and Safari, for a module that was not answered: its code is not to blame, as none ran. */
const NOT_FETCHED = /(failed to fetch|error loading) dynamically imported module|importing a module script failed/i

async function importServed(specifier: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ specifier)
  } catch (cause) {
    if (!(cause instanceof TypeError) || !NOT_FETCHED.test(cause.message)) throw cause
    const message = `The service worker did not answer all modules of ${specifier}: load the plugin again, or reload the page`
    throw new StorageError(message, { cause })
  }
}

function keyOf({ pluginId, address, path }: ServedFile): string {
  return `${pluginId}/${address}/${path}`
}

const TYPES: ReadonlySet<unknown> = new Set(['plugdock.link', 'plugdock.describe', 'plugdock.mend'])

/** Nobody but a service worker of this origin can send a page such a message. */
function isQuestion(data: unknown): data is ServedQuestion {
  return typeof data === 'object' && data !== null && TYPES.has(Reflect.get(data, 'type'))
}
