import { expect, it } from 'vitest'
import { lostWhenFenced } from '../../src/actors/fence.js'
import { StorageError } from '../../src/domain/errors/index.js'
import { createMemoryHost } from '../../src/testing/index.js'

it('a commit is refused because another page leads -> the stores count as lost; any other refusal says nothing', async () => {
  const host = createMemoryHost()
  const opened = await host.open()
  let refusal: Error | undefined
  const commit: typeof opened.records.commit = async (changes, options) => {
    if (refusal) throw refusal
    await opened.records.commit(changes, options)
  }
  const stores = lostWhenFenced({ ...opened, lost: undefined, records: { ...opened.records, commit } })
  const epoch = await opened.records.claimEpoch()
  refusal = new StorageError('The disk is broken')
  await expect(stores.records.commit([], { epoch })).rejects.toBe(refusal)
  expect(stores.taken?.aborted).toBe(false)
  refusal = undefined
  await opened.records.claimEpoch()
  await expect(stores.records.commit([], { epoch })).rejects.toMatchObject({ code: 'fenced' })
  expect(stores.taken?.aborted).toBe(true)
  await stores.lost
})
