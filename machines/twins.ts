import type { DownloadPlan, DownloadRecord } from '../src/domain/records.js'

type Named = Pick<DownloadRecord, 'taskId' | 'source' | 'plan'>

/** Unfinished tasks by source, and by the bundle that they bring: so that nothing is downloaded twice. */
export class Twins {
  readonly #tasks = new Map<string, string>()
  /** What each was set as. */
  readonly #named = new Map<string, Named>()

  /** A task's names, in place of those that it had: a manifest that was read anew may name another bundle. */
  set(record: Named): void {
    const before = this.#named.get(record.taskId)
    this.#named.set(record.taskId, record)
    if (before && (before.source !== record.source || before.plan !== record.plan)) this.#forget(before)
    for (const name of namesOf(record)) this.#tasks.set(name, record.taskId)
  }

  remove(taskId: string): void {
    const before = this.#named.get(taskId)
    if (before) this.#forget(before)
    this.#named.delete(taskId)
  }

  #forget(record: Named): void {
    for (const name of namesOf(record)) {
      if (this.#tasks.get(name) === record.taskId) this.#tasks.delete(name)
    }
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
