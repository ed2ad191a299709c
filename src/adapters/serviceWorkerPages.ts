import type { ServedQuestion, ServedReply } from '../ports/servedFiles.js'
import { type Timers, withinTime } from './timeLimit.js'

/** The pages of a service worker, which know what it does not. */
export interface ServiceWorkerPages {
  /** Throws outside a service worker. */
  scope(): string
  /** What one page answers; `undefined` where it is none, has no such dock, or does not know. */
  askPage(clientId: string, question: ServedQuestion): Promise<unknown>
  /** The first answer of any page; `undefined` where none has one. */
  askAnyPage(question: ServedQuestion): Promise<unknown>
}

/** A page that has the dock says so as soon as its thread is free: one that asks for a module has one for certain. */
const ASKER_HEARD_LIMIT_MS = 30_000
const ANY_HEARD_LIMIT_MS = 3000
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
  const ask = (page: PageClient, question: ServedQuestion, heardLimitMs: number) =>
    askOne(page, question, { timers, heardLimitMs })
  return {
    scope: () => thisScope().registration.scope,
    async askPage(clientId, question) {
      const page = clientId === '' ? undefined : await thisScope().clients.get(clientId)
      return page?.type === 'window' ? ask(page, question, ASKER_HEARD_LIMIT_MS) : undefined
    },
    async askAnyPage(question) {
      const pages = await thisScope().clients.matchAll({ type: 'window', includeUncontrolled: true })
      const answers = pages.map(async (page) => {
        const answer = await ask(page, question, ANY_HEARD_LIMIT_MS)
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

async function askOne(
  page: PageClient,
  question: ServedQuestion,
  { timers, heardLimitMs }: { readonly timers: Timers; readonly heardLimitMs: number },
): Promise<unknown> {
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
