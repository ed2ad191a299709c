import type { DownloadRecord } from '../src/domain/records.js'

/** What was asked for, and by which task: whoever was not told asks again with the same id. */
export class Requests {
  readonly #tasks = new Map<string, string>()
  readonly #requests = new Map<string, string>()

  note({ requestId, taskId }: DownloadRecord): void {
    if (requestId === undefined) return
    this.#tasks.set(requestId, taskId)
    this.#requests.set(taskId, requestId)
  }

  taskOf(requestId: string | undefined): string | undefined {
    return requestId === undefined ? undefined : this.#tasks.get(requestId)
  }

  forget(taskId: string): void {
    this.#tasks.delete(this.#requests.get(taskId) ?? '')
    this.#requests.delete(taskId)
  }
}
