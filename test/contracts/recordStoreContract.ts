import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from '../../src/ports/recordStore.js'

/** Records with nothing in them. */
export interface RecordStoreSubject {
  readonly store: RecordStore
  /** Another writer over the same records at the same time; `undefined` where the store lets only one in. */
  openSecond?(): RecordStore | Promise<RecordStore>
  /** Closes and opens again, as the next process does. */
  reopen(): Promise<RecordStore>
  /** Writes a value that no JSON is in, past the store. */
  tear(key: string): Promise<void>
  /** What the store awaits between the check of a commit and its write; set before each test. */
  stopAt(gate: () => Promise<void>): void
  dispose(): void | Promise<void>
}

export interface ClosableStore {
  /** A store that waits for `beforeWrite` before each write. */
  open(beforeWrite: () => Promise<void>): Promise<RecordStore>
  /** Damages one record, while no store is open. */
  tear(key: string): Promise<void> | void
  /** When no store is open any more. */
  clean(): Promise<void> | void
}

/** A subject over what is opened and closed again and again, as stores over files are. */
export async function reopenableSubject({ open, tear, clean }: ClosableStore): Promise<RecordStoreSubject> {
  let gate = async (): Promise<void> => {}
  const openGated = () => open(() => gate())
  let current = await openGated()
  return {
    store: {
      get: (key) => current.get(key),
      list: (prefix) => current.list(prefix),
      commit: (changes, options) => current.commit(changes, options),
      claimEpoch: () => current.claimEpoch(),
      close: () => current.close(),
    },
    async reopen() {
      await current.close()
      current = await openGated()
      return current
    },
    async tear(key) {
      await current.close()
      await tear(key)
      current = await openGated()
    },
    stopAt(next) {
      gate = next
    },
    async dispose() {
      await current.close()
      await clean()
    },
  }
}

/** What every {@link RecordStore} owes, whoever makes it. */
export function describeRecordStoreContract(
  name: string,
  makeSubject: () => RecordStoreSubject | Promise<RecordStoreSubject>,
): void {
  describe(`${name} as a RecordStore`, () => {
    let subject: RecordStoreSubject
    let store: RecordStore
    let epoch: number

    beforeEach(async () => {
      subject = await makeSubject()
      store = subject.store
      epoch = await store.claimEpoch()
    })
    afterEach(() => subject.dispose())

    const put = (key: string, value: unknown, by = epoch) => store.commit([{ key, value }], { epoch: by })
    const everything = () => store.list('')

    it('nothing was written -> undefined, and an empty list', async () => {
      expect(await store.get('a')).toBeUndefined()
      expect(await everything()).toEqual([])
    })

    it.each([{ v: 1, text: 'ä\u0000"', list: [1, null, { a: true }] }, 'text', 0, false, null, []])(
      '%j -> the same value back',
      async (value) => {
        await put('a', value)
        expect(await store.get('a')).toEqual(value)
        expect(await everything()).toEqual([{ key: 'a', value }])
      },
    )

    it('a value is changed after it was handed over, or back -> the record is not', async () => {
      const value = { count: 1 }
      await put('a', value)
      value.count = 2
      const read = await store.get('a')
      expect(read).toEqual({ count: 1 })
      Object.assign(read ?? {}, { count: 3 })
      expect(await store.get('a')).toEqual({ count: 1 })
    })

    it('written again -> the newer value', async () => {
      await put('a', 1)
      await put('a', 2)
      expect(await store.get('a')).toBe(2)
    })

    it('undefined -> deleted; deleting what is not there is no failure', async () => {
      await put('a', 1)
      await put('a', undefined)
      await put('b', undefined)
      expect(await store.get('a')).toBeUndefined()
      expect(await everything()).toEqual([])
    })

    it('one commit writes and deletes -> all of it; the last change of a key counts', async () => {
      await put('old', 1)
      await store.commit(
        [
          { key: 'old', value: undefined },
          { key: 'new', value: 1 },
          { key: 'new', value: 2 },
        ],
        { epoch },
      )
      expect(await everything()).toEqual([{ key: 'new', value: 2 }])
    })

    it('no changes -> nothing, but fenced all the same', async () => {
      await store.commit([], { epoch })
      const later = await store.claimEpoch()
      await expect(store.commit([], { epoch })).rejects.toMatchObject({ code: 'fenced', epoch, storedEpoch: later })
    })

    it('a prefix -> its records only, ordered by key', async () => {
      for (const key of ['b/2', 'a/9', 'b/10', 'b', 'c/1', 'b/1', 'b0']) await put(key, key)
      expect((await store.list('b/')).map(({ key }) => key)).toEqual(['b/1', 'b/10', 'b/2'])
      expect(await store.list('x')).toEqual([])
      expect((await everything()).map(({ key }) => key)).toEqual(['a/9', 'b', 'b/1', 'b/10', 'b/2', 'b0', 'c/1'])
    })

    it('a thousand records in one commit -> all of them', async () => {
      const changes = Array.from({ length: 1000 }, (_, at) => ({
        key: `k/${String(at).padStart(4, '0')}`,
        value: { at },
      }))
      await store.commit(changes, { epoch })
      expect(await store.list('k/')).toEqual(changes)
    })

    it('the next process -> finds everything', async () => {
      await put('a', { v: 1 })
      store = await subject.reopen()
      expect(await store.get('a')).toEqual({ v: 1 })
    })

    it('S18 a torn record -> left out, and the others are read', async () => {
      await put('a', 1)
      await put('b', 2)
      await subject.tear('a')
      expect(await store.get('a')).toBeUndefined()
      expect(await everything()).toEqual([{ key: 'b', value: 2 }])
      await put('a', 3)
      expect(await store.get('a')).toBe(3)
    })

    it.each(['', '\u0000epoch', '\u0000x'])(
      'the key %j -> refused, and nothing of the commit is written',
      async (key) => {
        const changes = [
          { key: 'a', value: 1 },
          { key, value: 99 },
        ]
        await expect(store.commit(changes, { epoch })).rejects.toMatchObject({ code: 'storage' })
        expect(await everything()).toEqual([])
        expect(await store.get(key)).toBeUndefined()
      },
    )

    it('closed while commits are under way -> each of them is there', async () => {
      const keys = ['a', 'b', 'c', 'd']
      const commits = keys.map((key) => put(key, 1))
      await store.close()
      await Promise.all(commits)
      store = await subject.reopen()
      expect((await everything()).map(({ key }) => key)).toEqual(keys)
    })

    it('closed, and closed again -> everything else is a storage error', async () => {
      await store.close()
      await store.close()
      await expect(store.get('a')).rejects.toMatchObject({ code: 'storage' })
      await expect(store.list('')).rejects.toMatchObject({ code: 'storage' })
      await expect(put('a', 1)).rejects.toMatchObject({ code: 'storage' })
      await expect(store.claimEpoch()).rejects.toMatchObject({ code: 'storage' })
    })

    describe('epochs', () => {
      it('claimed -> higher than every one before, also by the next process', async () => {
        const second = await store.claimEpoch()
        expect(second).toBeGreaterThan(epoch)
        store = await subject.reopen()
        expect(await store.claimEpoch()).toBeGreaterThan(second)
      })

      it('claimed by several at once -> each its own', async () => {
        const epochs = await Promise.all([store.claimEpoch(), store.claimEpoch(), store.claimEpoch()])
        expect(new Set(epochs).size).toBe(3)
      })

      it('a commit of an earlier epoch -> fenced, and none of its changes is there', async () => {
        await put('a', 1)
        const later = await store.claimEpoch()
        const changes = [
          { key: 'a', value: 'stale' },
          { key: 'b', value: 'stale' },
        ]
        await expect(store.commit(changes, { epoch })).rejects.toMatchObject({
          code: 'fenced',
          epoch,
          storedEpoch: later,
        })
        expect(await everything()).toEqual([{ key: 'a', value: 1 }])
        await put('a', 2, later)
        expect(await everything()).toEqual([{ key: 'a', value: 2 }])
      })

      it('fenced once -> the store still serves the new leader', async () => {
        const later = await store.claimEpoch()
        await expect(put('a', 1)).rejects.toMatchObject({ code: 'fenced' })
        await put('a', 2, later)
        expect(await store.get('a')).toBe(2)
      })

      it('a writer stands between its check and its write while another claims -> it wrote before the claim, or never', async () => {
        const gate = createGate()
        subject.stopAt(gate.pass)
        const stale = settle(put('a', 'stale'))
        await gate.reached
        const other = (await subject.openSecond?.()) ?? store
        const claim = other.claimEpoch().then(async (claimed) => ({ claimed, atClaim: await other.list('') }))
        subject.stopAt(async () => {})
        gate.open()
        const { claimed, atClaim } = await claim
        const { fulfilled } = await stale
        expect(await other.list('')).toEqual(atClaim)
        expect(atClaim).toEqual(fulfilled ? [{ key: 'a', value: 'stale' }] : [])
        await expect(put('a', 'later')).rejects.toMatchObject({ code: 'fenced', storedEpoch: claimed })
        expect(await other.list('')).toEqual(atClaim)
      })

      it('a writer fails between its check and its write -> nothing changed, and the next commit works', async () => {
        const died = new Error('died')
        subject.stopAt(() => Promise.reject(died))
        const changes = [
          { key: 'a', value: 1 },
          { key: 'b', value: 1 },
        ]
        await expect(store.commit(changes, { epoch })).rejects.toBe(died)
        expect(await everything()).toEqual([])
        subject.stopAt(async () => {})
        await store.commit(changes, { epoch })
        expect(await everything()).toEqual(changes)
      })

      it('commits that were called at once -> in the order of the calls', async () => {
        await Promise.all(Array.from({ length: 50 }, (_, at) => put('a', at)))
        expect(await store.get('a')).toBe(49)
      })
    })
  })
}

function createGate() {
  let open = () => {}
  let reach = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const pass = () => {
    reach()
    return opened
  }
  return { pass, open: () => open(), reached }
}

async function settle(promise: Promise<unknown>): Promise<{ fulfilled: boolean }> {
  const [result] = await Promise.allSettled([promise])
  return { fulfilled: result?.status === 'fulfilled' }
}
