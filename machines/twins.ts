import type { DownloadPlan, DownloadRecord } from '../src/domain/records.js'

type Named = Pick<DownloadRecord, 'taskId' | 'source' | 'plan'>

/** Unfinished tasks by source, and by the bundle that they bring: so that nothing is downloaded twice. */
export class Twins {
  readonly #tasks = new Map<string, string>()
  readonly #names = new Map<string, readonly string[]>()

  /** A task's names, in place of those that it had: a manifest that was read anew may name another bundle. */
  set(record: Named): void {
    const names = namesOf(record)
    this.remove(record.taskId)
    this.#names.set(record.taskId, names)
    for (const name of names) this.#tasks.set(name, record.taskId)
  }

  remove(taskId: string): void {
    for (const name of this.#names.get(taskId) ?? []) {
      if (this.#tasks.get(name) === taskId) this.#tasks.delete(name)
    }
    this.#names.delete(taskId)
  }

  find(source: string, plan: DownloadPlan | undefined): string | undefined {
    return this.#tasks.get(source) ?? (plan && this.#tasks.get(bundleName(plan)))
  }
}

function namesOf({ source, plan }: Named): string[] {
  return plan ? [source, bundleName(plan)] : [source]
}

function bundleName({ pluginId, version, integrity }: DownloadPlan): string {
  return `bundle:${pluginId}@${version}#${integrity}`
}
