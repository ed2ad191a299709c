import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Files of one folder that get their names together, once all are whole. */
export class StagedFiles {
  readonly #directory: string
  readonly #staged: { readonly temporary: string; readonly final: string }[] = []

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Writes beside the final name. */
  async write(
    name: string,
    source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const temporary = join(this.#directory, `.${name}.${randomUUID()}.tmp`)
    this.#staged.push({ temporary, final: join(this.#directory, name) })
    const output = createWriteStream(temporary, { flags: 'wx', flush: true })
    await pipeline(Readable.from(source), output, signal ? { signal } : {})
  }

  /** Renames in the order of writing. */
  async publish(): Promise<void> {
    for (const { temporary, final } of this.#staged) await rename(temporary, final)
    this.#staged.length = 0
  }

  /** Removes what was not published. */
  async discard(): Promise<void> {
    await Promise.all(this.#staged.map(({ temporary }) => rm(temporary, { force: true })))
  }
}
