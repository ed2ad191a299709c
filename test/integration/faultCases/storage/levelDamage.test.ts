import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLevelRecordStore } from '../../../../src/adapters/levelRecordStore.js'
import { createSystemClock } from '../../../../src/adapters/systemClock.js'
import { PluginDockError } from '../../../../src/domain/errors/index.js'
import type { RecordChange, RecordStore } from '../../../../src/ports/recordStore.js'
import { install, isActive, openDiskStage } from './diskStage.js'

const open = (directory: string) => createLevelRecordStore({ directory, clock: createSystemClock() })

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Switches of an active version, as installs make them: several keys in one commit. */
const COMMITS: readonly (readonly RecordChange[])[] = Array.from({ length: 12 }, (_, at) => [
  { key: 'installed/a', value: { v: 1, version: `${at}.0.0` } },
  { key: `chunks/${at}`, value: { v: 1, map: 'x'.repeat(40) } },
  { key: `chunks/${at - 2}`, value: undefined },
])

/** What the records may say: all of a commit, or nothing of it. */
async function stateOf(store: RecordStore): Promise<string> {
  return JSON.stringify(await store.list(''))
}

/** A database that was written commit by commit, and what it said after each. */
async function writeAll(): Promise<{ directory: string; states: readonly string[] }> {
  const directory = await newDirectory()
  const store = await open(directory)
  const states = [await stateOf(store)]
  const epoch = await store.claimEpoch()
  for (const changes of COMMITS) {
    await store.commit(changes, { epoch })
    states.push(await stateOf(store))
  }
  await store.close()
  return { directory, states }
}

/** A copy to spoil. */
async function copyOf(directory: string): Promise<string> {
  const copy = await newDirectory()
  await cp(directory, copy, { recursive: true })
  return copy
}

async function fileOf(directory: string, pattern: RegExp): Promise<string> {
  const name = (await readdir(join(directory, 'records'))).find((each) => pattern.test(each))
  return join(directory, 'records', name ?? '')
}

const LOG = /\.log$/

describe('a database of records that is damaged', () => {
  it('S18 its log ends at any 64th byte, or any of its last 50 -> an earlier state, whole, and it can be written', async () => {
    const { directory, states } = await writeAll()
    const { size } = await stat(await fileOf(directory, LOG))
    const ends = Array.from({ length: size }, (_, at) => at).filter((at) => at % 64 === 0 || at > size - 50)
    const found: number[] = []
    for (const end of ends) {
      const copy = await copyOf(directory)
      await truncate(await fileOf(copy, LOG), end)
      const store = await open(copy)
      found.push(states.indexOf(await stateOf(store)))
      await store.commit([{ key: 'again', value: 1 }], { epoch: await store.claimEpoch() })
      expect(await store.get('again')).toBe(1)
      await store.close()
      await rm(copy, { recursive: true })
    }
    expect(found).not.toContain(-1)
    expect(found).toEqual([...found].sort((left, right) => left - right))
    expect(found.at(-1)).toBe(states.length - 2)
  })

  it('S17 an update, and the log ends at any 64th byte -> the old version or the new one, and it runs', async () => {
    const stage = await openDiskStage()
    const old = await stage.publish({ version: '1.0.0', size: 5000 })
    const dock = await stage.open()
    await install(dock, old)
    const next = await stage.publish({ version: '2.0.0', size: 5000 })
    const { size: before } = await stat(await fileOf(stage.directory, LOG))
    await install(dock, next)
    await dock.close()
    for (const { path } of [old, next]) stage.origin.remove(path)
    const { size: after } = await stat(await fileOf(stage.directory, LOG))
    const found: string[] = []
    for (let end = before; end <= after; end += 64) {
      const copy = await copyOf(stage.directory)
      await truncate(await fileOf(copy, LOG), end)
      const again = await (await openDiskStage({ directory: copy })).open()
      const [installed] = await again.storage.getInstalledPlugins()
      found.push(installed?.version ?? 'none')
      expect(await isActive(again, installed?.version === '2.0.0' ? next : old)).toBe(true)
      await again.close()
      await rm(copy, { recursive: true })
    }
    expect(new Set(found)).toEqual(new Set(['1.0.0', '2.0.0']))
    expect(found).toEqual([...found].sort())
  })

  it('S20 its log is played again and again -> the same state', async () => {
    const { directory, states } = await writeAll()
    for (let times = 0; times < 3; times++) {
      const store = await open(directory)
      expect(await stateOf(store)).toBe(states.at(-1))
      await store.close()
    }
  })

  it('S22 a bit flips at any 32nd byte of any of its files -> it opens, with values that were written once', async () => {
    const { directory, states } = await writeAll()
    const written = new Set(COMMITS.flat().map(({ key, value }) => JSON.stringify([key, value])))
    const outcomes = { same: 0, earlier: 0, refused: 0 }
    for (const name of await readdir(join(directory, 'records'))) {
      const { size } = await stat(join(directory, 'records', name))
      for (let at = 0; at < size && !/^LO/.test(name); at += 32) {
        const copy = await copyOf(directory)
        await flip(join(copy, 'records', name), at)
        outcomes[await lookInto(copy, written, states.at(-1))]++
        await rm(copy, { recursive: true })
      }
    }
    expect(outcomes.refused).toBe(0)
    expect(outcomes.same).toBeGreaterThan(0)
    expect(outcomes.earlier).toBeGreaterThan(0)
  })

  it.each(['CURRENT', /^MANIFEST/])('S22 %s is gone, empty or nonsense -> everything is still there', async (which) => {
    const { directory, states } = await writeAll()
    const pattern = new RegExp(which)
    for (const spoil of [
      (path: string) => rm(path),
      (path: string) => writeFile(path, ''),
      (path: string) => writeFile(path, 'nonsense\n'),
    ]) {
      const copy = await copyOf(directory)
      await spoil(await fileOf(copy, pattern))
      const store = await open(copy)
      expect(await stateOf(store)).toBe(states.at(-1))
      await store.close()
    }
  })
})

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path)
  bytes[at] = (bytes[at] ?? 0) ^ 0x10
  await writeFile(path, bytes)
}

async function lookInto(
  directory: string,
  written: ReadonlySet<string>,
  last: string | undefined,
): Promise<'same' | 'earlier' | 'refused'> {
  let store: RecordStore
  try {
    store = await open(directory)
  } catch (error) {
    expect(error).toBeInstanceOf(PluginDockError)
    return 'refused'
  }
  const entries = await store.list('')
  for (const { key, value } of entries) expect(written).toContain(JSON.stringify([key, value]))
  await store.close()
  return JSON.stringify(entries) === last ? 'same' : 'earlier'
}
