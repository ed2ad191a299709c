import { describe, expect, it } from 'vitest'
import { Syncing } from '../../../src/adapters/fsSyncing.js'

const MIB = 1024 * 1024

/** A file whose syncs end when it is told so. */
class SlowFile {
  readonly #pending: { resolve: () => void; reject: (error: Error) => void }[] = []
  syncs = 0

  datasync(): Promise<void> {
    this.syncs++
    return new Promise((resolve, reject) => this.#pending.push({ resolve, reject }))
  }

  finish(): void {
    this.#pending.shift()?.resolve()
  }

  fail(code: string): void {
    this.#pending.shift()?.reject(Object.assign(new Error(code), { code }))
  }
}

/** Lets everything run that waits for nothing else. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('Syncing', () => {
  it('some MiB were written -> synced meanwhile, once at a time', async () => {
    const file = new SlowFile()
    const syncing = new Syncing(file, 'path')
    syncing.count(31 * MIB)
    await settle()
    expect(file.syncs).toBe(0)
    syncing.count(MIB)
    syncing.count(64 * MIB)
    await settle()
    expect(file.syncs).toBe(1)
  })

  it('a sync runs -> a flush is another one, after it', async () => {
    const file = new SlowFile()
    const syncing = new Syncing(file, 'path')
    syncing.count(32 * MIB)
    const flushed = syncing.flush()
    await settle()
    expect(file.syncs).toBe(1)
    file.finish()
    await settle()
    expect(file.syncs).toBe(2)
    file.finish()
    await flushed
    await syncing.settled()
  })

  it('a sync failed meanwhile -> every flush says so, although the system does not say it again', async () => {
    const file = new SlowFile()
    const syncing = new Syncing(file, 'path')
    syncing.count(32 * MIB)
    await settle()
    file.fail('ENOSPC')
    await syncing.settled()
    for (let times = 0; times < 2; times++) {
      const flushed = syncing.flush()
      await settle()
      file.finish()
      await expect(flushed).rejects.toMatchObject({ code: 'storage-full' })
    }
  })
})
