import { randomBytes } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'

const SPARE_BYTES = 512 * 1024

/**
 * A file that holds room on the disk, to be given up where the disk is full and something small has to be written all
 * the same: a record that says what was removed to make room. Nothing here fails: where there is no room to hold, or
 * none to give, there is none.
 */
export class SpareRoom {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Holds the room, unless it does already. */
  async hold(): Promise<void> {
    const held = await stat(this.#path).catch(() => undefined)
    if (held?.size === SPARE_BYTES) return
    try {
      const file = await open(this.#path, 'w', 0o600)
      // zeros take no room on a disk that compresses
      await file.writeFile(randomBytes(SPARE_BYTES)).finally(() => file.close())
    } catch {
      await this.give()
    }
  }

  /** Whether there was room to give. */
  async give(): Promise<boolean> {
    return rm(this.#path).then(
      () => true,
      () => false,
    )
  }
}
