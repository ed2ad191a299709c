import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cdp } from 'vitest/browser'
import type { Bytes } from '../../src/domain/bytes.js'
import type { WorkerEngine } from '../../src/hosts/browser/workerEngine.js'
import { folderOf, freshName, removeFolderOf, startEngine, writeForeign } from './engineWorker.js'

const KEY = 'partial-1'
const ADDRESS = 'a'.repeat(64)

let name: string
const engines: WorkerEngine[] = []

beforeEach(() => {
  name = freshName()
})
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()))
  await removeFolderOf(name)
})

/** A page that leads under `epoch`; the one before may still be there, as a page that hangs is. */
async function lead(epoch: number): Promise<WorkerEngine> {
  const engine = await startEngine(name)
  engines.push(engine)
  await engine.lead(epoch)
  return engine
}

async function filesIn(folder: 'bundles' | 'partials'): Promise<string[]> {
  const names: string[] = []
  for await (const file of (await folderOf(name, folder)).keys()) names.push(file)
  return names.sort()
}

async function sealed(engine: WorkerEngine, bytes: Bytes): Promise<void> {
  const partial = await engine.bundles.openPartial(KEY)
  await partial.write(0, bytes)
  await partial.seal(ADDRESS)
}

describe('a new leader over the files of an old one', () => {
  it('nobody leads yet -> it reads, and whatever would write is fenced', async () => {
    await sealed(await lead(1), Uint8Array.of(1, 2, 3))
    const reader = await startEngine(name)
    engines.push(reader)
    const bundle = await reader.bundles.openBundle(ADDRESS)
    expect(await bundle?.read(0, 3)).toEqual(Uint8Array.of(1, 2, 3))
    await bundle?.close()
    await expect(reader.bundles.openPartial(KEY)).rejects.toMatchObject({ code: 'fenced' })
    await expect(reader.bundles.deletePartial(KEY)).rejects.toMatchObject({ code: 'fenced' })
    await expect(reader.bundles.deleteBundle(ADDRESS)).rejects.toMatchObject({ code: 'fenced' })
  })

  it('the old one is gone -> its bytes are there, in a file of the new epoch', async () => {
    const old = await lead(1)
    const begun = await old.bundles.openPartial(KEY)
    await begun.write(0, Uint8Array.of(1, 2, 3))
    old.stop()
    const partial = await (await lead(2)).bundles.openPartial(KEY)
    expect(await partial.read(0, 3)).toEqual(Uint8Array.of(1, 2, 3))
    expect(await filesIn('partials')).toEqual([`${KEY}.2.part`])
    await partial.close()
  })

  it('the old one hangs with the file open -> its bytes are copied, it writes on into its own, and that is removed later', async () => {
    const old = await lead(1)
    const begun = await old.bundles.openPartial(KEY)
    await begun.write(0, Uint8Array.of(1, 2, 3))
    const next = await lead(2)
    const partial = await next.bundles.openPartial(KEY)
    await begun.write(0, Uint8Array.of(9, 9, 9))
    expect(await partial.read(0, 3)).toEqual(Uint8Array.of(1, 2, 3))
    expect(await filesIn('partials')).toEqual([`${KEY}.1.part`, `${KEY}.2.part`])
    expect((await next.bundles.list()).map(({ kind, name: key }) => [kind, key])).toEqual([['partial', KEY]])
    await partial.seal(ADDRESS)
    await begun.close()
    await next.bundles.deletePartial(KEY)
    expect(await filesIn('partials')).toEqual([])
    const bundle = await next.bundles.openBundle(ADDRESS)
    expect(await bundle?.read(0, 3)).toEqual(Uint8Array.of(1, 2, 3))
    await bundle?.close()
  })

  it('several left something -> the most is taken, and the rest is removed', async () => {
    const folder = await folderOf(name, 'partials')
    await writeForeign(folder, `${KEY}.1.part`, Uint8Array.of(1, 2, 3, 4))
    await writeForeign(folder, `${KEY}.3.part`, Uint8Array.of(5))
    await writeForeign(folder, `${KEY}-2.3.part`, Uint8Array.of(6))
    const partial = await (await lead(4)).bundles.openPartial(KEY)
    expect(await partial.read(0, 9)).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(await filesIn('partials')).toEqual([`${KEY}-2.3.part`, `${KEY}.4.part`])
    await partial.close()
  })

  it('S24 deleted while another page has it open -> no failure, and gone at the next chance', async () => {
    const leader = await lead(1)
    await sealed(leader, Uint8Array.of(1, 2, 3))
    const hung = await lead(1)
    const held = await hung.bundles.openPartial('held')
    await leader.bundles.deletePartial('held')
    expect(await filesIn('partials')).toEqual(['held.1.part'])
    await held.close()
    await leader.bundles.list()
    expect(await filesIn('partials')).toEqual([])
  })

  it('S23 what a crash left -> our own leftovers are swept, foreign ones are listed and left alone', async () => {
    const folder = await folderOf(name, 'bundles')
    await writeForeign(folder, `${ADDRESS}.7.retired`, Uint8Array.of(1))
    await writeForeign(folder, 'x.crswap', Uint8Array.of(1))
    expect(await (await lead(1)).bundles.list()).toMatchObject([{ kind: 'unknown', name: 'x.crswap', sizeBytes: 1 }])
    expect(await filesIn('bundles')).toEqual(['x.crswap'])
  })

  it('read by two pages at once -> both read, and a sealed file is never locked', async () => {
    const leader = await lead(1)
    await sealed(leader, Uint8Array.of(1, 2, 3))
    const readers = await Promise.all([leader, await lead(1)].map((engine) => engine.bundles.openBundle(ADDRESS)))
    const bytes = await Promise.all(readers.flatMap((reader) => [reader?.read(0, 2), reader?.read(1, 2)]))
    expect(bytes).toEqual([Uint8Array.of(1, 2), Uint8Array.of(2, 3), Uint8Array.of(1, 2), Uint8Array.of(2, 3)])
    await Promise.all(readers.map((reader) => reader?.close()))
  })

  it('S1 the quota runs out -> storage-full, what was written before is there, and deleting makes room', async () => {
    const { usage = 0 } = await navigator.storage.estimate()
    const session = cdp()
    const { origin } = location
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 3 * 1024 * 1024 })
    try {
      const { bundles } = await lead(1)
      const partial = await bundles.openPartial(KEY)
      await partial.write(0, new Uint8Array(1024 * 1024).fill(7))
      await expect(partial.write(1024 * 1024, new Uint8Array(32 * 1024 * 1024))).rejects.toMatchObject({
        code: 'storage-full',
      })
      expect(await partial.read(1024 * 1024 - 2, 2)).toEqual(Uint8Array.of(7, 7))
      await partial.close()
      await bundles.deletePartial(KEY)
      const again = await bundles.openPartial(KEY)
      await again.write(0, new Uint8Array(1024 * 1024))
      await again.close()
    } finally {
      await session.send('Storage.overrideQuotaForOrigin', { origin })
    }
  })
})
