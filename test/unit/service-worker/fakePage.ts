import { type ServedFile, servedUrl } from '../../../src/domain/servedUrls.js'
import type { CodeEdit, ModuleScope } from '../../../src/ports/modules.js'
import type {
  ServedBundle,
  ServedFiles,
  ServedFilesDesk,
  ServedLink,
  ServedQuestion,
} from '../../../src/ports/servedFiles.js'

export const SCOPE = 'https://app.example/app/'

/** A page that a service worker controls, without either: modules are not run, their URLs are what importing answers. */
export class FakePage implements ServedFiles {
  areServed = true
  readonly links = new Map<string, ServedLink>()
  readonly asked: ServedQuestion[] = []
  readonly #desks = new Set<ServedFilesDesk>()

  async isServing(): Promise<boolean> {
    return this.areServed
  }

  urlOf(file: ServedFile): string {
    return servedUrl(SCOPE, 'plugdock', file)
  }

  createScope(bundle: ServedBundle): ModuleScope {
    return {
      keepsRelativeSpecifiers: true,
      publish: async (path: string, code: string, edits?: readonly CodeEdit[]) => {
        const file = { ...bundle, path }
        this.links.set(keyOf(file), edits ? { edits } : { code })
        return this.urlOf(file)
      },
      import: async (specifier) => ({ specifier }),
      close: async () => {},
    }
  }

  answer(desk: ServedFilesDesk): () => void {
    this.#desks.add(desk)
    return () => this.#desks.delete(desk)
  }

  async ask(question: ServedQuestion): Promise<unknown> {
    this.asked.push(question)
    if (question.type === 'plugdock.link') return this.links.get(keyOf(question))
    const desks = [...this.#desks]
    if (question.type === 'plugdock.describe') return desks.map((desk) => desk.describe(question)).find(Boolean)
    const mending = desks.map((desk) => desk.mend(question, question.badChunks))
    return Promise.any(mending).then(
      () => true,
      () => undefined,
    )
  }
}

function keyOf({ pluginId, address, path }: ServedFile): string {
  return `${pluginId}/${address}/${path}`
}
