import { type Timers, withinTime } from '../domain/timeLimit.js'
import type { ServedQuestion, ServedReply } from '../ports/servedFiles.js'

/** The pages of a service worker, which know what it does not. */
export interface ServiceWorkerPages {
  /** Throws outside a service worker. */
  scope(): string
  /** What one page answers; `undefined` where it is none, has no such dock, or does not know. */
  askPage(clientId: string, question: ServedQuestion): Promise<unknown>
  /** The first answer of any page; `undefined` where none has one. */
  askAnyPage(question: ServedQuestion): Promise<unknown>
}

/** A page that has the dock says so as soon as its thread is free. */
const HEARD_LIMIT_MS = 3000
/** Whoever imports a module that is to be linked has a dock, and may be busy starting. */
const IMPORTER_HEARD_LIMIT_MS = 15_000
/** Repairs fetch. */
const ANSWER_LIMIT_MS = 120_000

/** What the DOM library leaves out of service workers. */
interface Scope {
  readonly registration: { readonly scope: string }
  readonly clients: {
    get(id: string): Promise<PageClient | undefined>
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly PageClient[]>
  }
}

interface PageClient {
  readonly type: string
  postMessage(message: unknown, transfer: Transferable[]): void
}

export function createServiceWorkerPages(timers: Timers): ServiceWorkerPages {
  const ask = (page: PageClient, question: ServedQuestion) => askOne(page, question, timers)
  return {
    scope: () => thisScope().registration.scope,
    async askPage(clientId, question) {
      const page = clientId === '' ? undefined : await thisScope().clients.get(clientId)
      return page?.type === 'window' ? ask(page, question) : undefined
    },
    async askAnyPage(question) {
      const pages = await thisScope().clients.matchAll({ type: 'window', includeUncontrolled: true })
      const answers = pages.map(async (page) => {
        const answer = await ask(page, question)
        if (answer === undefined) throw new Error('This page does not know')
        return answer
      })
      return Promise.any(answers).catch(() => undefined)
    },
  }
}

function thisScope(): Scope {
  const scope: unknown = globalThis
  return scope as Scope // reason: it is called in service workers only
}

async function askOne(page: PageClient, question: ServedQuestion, timers: Timers): Promise<unknown> {
  const heardLimitMs = question.type === 'plugdock.link' ? IMPORTER_HEARD_LIMIT_MS : HEARD_LIMIT_MS
  const { port1: port, port2: theirs } = new MessageChannel()
  const heard = nextReply(port, 'heard')
  const answered = nextReply(port, 'answer')
  const within = (work: Promise<unknown>, limitMs: number) =>
    withinTime(work, { timers, limitMs, onLate: () => new Error('The page does not answer') })
  try {
    port.start()
    page.postMessage(question, [theirs])
    await within(heard, heardLimitMs)
    return await within(answered, ANSWER_LIMIT_MS)
  } catch {
    return undefined
  } finally {
    port.close()
  }
}

function nextReply(port: MessagePort, type: ServedReply['type']): Promise<unknown> {
  return new Promise((resolve) => {
    port.addEventListener('message', ({ data }: MessageEvent<ServedReply>) => {
      if (data.type === type) resolve(data.type === 'answer' ? data.value : undefined)
    })
  })
}
