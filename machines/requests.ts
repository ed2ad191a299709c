import type { DownloadRecord } from '../src/domain/records.js'

/** What was asked for, and by which task: whoever was not told asks again with the same id. */
export class Requests {
  readonly #tasks = new Map<string, string>()

  note({ requestId, taskId }: DownloadRecord): void {
    if (requestId !== undefined) this.#tasks.set(requestId, taskId)
  }

  taskOf(requestId: string | undefined): string | undefined {
    return requestId === undefined ? undefined : this.#tasks.get(requestId)
  }

  forget({ requestId }: Pick<DownloadRecord, 'requestId'>): void {
    if (requestId !== undefined) this.#tasks.delete(requestId)
  }
}
