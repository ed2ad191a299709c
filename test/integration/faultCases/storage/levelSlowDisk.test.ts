import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createLevelRecordStore } from '../../../../src/adapters/levelRecordStore.js'
import { createSystemClock } from '../../../../src/adapters/systemClock.js'

const TURNS = 1000

/** A directory is listed so late that whatever else opens the database has done so. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>()
  const readdir = async (path: string): Promise<string[]> => {
    const isThere = () => original.access(join(path, 'CURRENT')).then(Boolean.bind(null, true), () => false)
    for (let turn = 0; turn < TURNS && !(await isThere()); turn++) await setImmediate()
    return original.readdir(path)
  }
  return { ...original, readdir }
})

it('S22 CURRENT is gone, and the disk is slow to say what lies there -> everything is still there', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const open = () => createLevelRecordStore({ directory, clock: createSystemClock() })
  const before = await open()
  await before.commit([{ key: 'installed/a', value: 1 }], { epoch: await before.claimEpoch() })
  await before.close()
  // moves what was written from the log, which a new database takes up, to a table
  await (await open()).close()
  await rm(join(directory, 'records/CURRENT'))
  const store = await open()
  expect(await store.list('')).toEqual([{ key: 'installed/a', value: 1 }])
  await store.close()
  await access(join(directory, 'records/CURRENT'))
})
