import { ChunkMap } from '../domain/chunks.js'
import type { OpenDownload } from '../domain/handOver.js'
import { ChunkLedger } from '../engine/chunkLedger.js'
import type { ChunkWatch, TransferJob } from '../ports/transferEngine.js'

/** A transfer under way: what is there of its bundle, and where the rest comes from. */
interface Running {
  readonly map: ChunkMap
  readonly ledger: ChunkLedger
  url: string
}

/** What the transfers under way have and lack, kept at hand for the moment when the page goes away. */
export class RunningTransfers {
  readonly #running = new Map<string, Running>()

  /** `undefined` for a bundle without chunks: only from its start to its end can it be proven. */
  watch({ taskId, size, chunks }: TransferJob): ChunkWatch | undefined {
    if (!chunks) return undefined
    return {
      counted: (missing, url) => {
        const map = ChunkMap.from(size, chunks)
        this.#running.set(taskId, { map, url, ledger: ledgerOf(map, missing) })
      },
      added: (first, last, url) => {
        const running = this.#running.get(taskId)
        if (!running) return
        running.url = url
        for (let index = first; index <= last; index++) running.ledger.add(index)
      },
    }
  }

  /** Nothing moves any more. */
  end(taskId: string): void {
    this.#running.delete(taskId)
  }

  /** Those of which it is known what they lack. */
  list(): readonly (Pick<OpenDownload, 'map' | 'missing' | 'url'> & { readonly taskId: string })[] {
    return [...this.#running].map(([taskId, { map, ledger, url }]) => {
      return { taskId, map, url, missing: ledger.missingRuns() }
    })
  }
}

function ledgerOf(map: ChunkMap, missing: readonly (readonly [first: number, last: number])[]): ChunkLedger {
  const ledger = new ChunkLedger(map)
  let next = 0
  for (const [first, last] of [...missing, [map.count, map.count] as const]) {
    for (let index = next; index < first; index++) ledger.add(index)
    next = last + 1
  }
  return ledger
}
