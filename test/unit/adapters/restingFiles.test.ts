import { expect, it } from 'vitest'
import { RestingFiles } from '../../../src/adapters/restingFiles.js'
import { createVirtualClock } from '../../../src/testing/index.js'

it('two let go of a file at once -> for both it is over when the file is closed', async () => {
  const { closed, close } = createClosing()
  const resting = new RestingFiles<string>(createVirtualClock(), () => closed)
  resting.keep('partial', 'file')
  const over: string[] = []
  const letGo = async (who: string) => {
    await resting.letGo('partial')
    over.push(who)
  }
  const both = Promise.all([letGo('one'), letGo('other')])
  await new Promise((resolve) => setImmediate(resolve))
  expect(over).toEqual([])
  close()
  await both
  expect(over).toHaveLength(2)
})

it('closed while it is asked for -> waited for, and there is none', async () => {
  const { closed, close } = createClosing()
  const resting = new RestingFiles<string>(createVirtualClock(), () => closed)
  resting.keep('partial', 'file')
  const gone = resting.letGo('partial')
  const taken = resting.take('partial')
  close()
  expect(await taken).toBeUndefined()
  await gone
})

it('what cannot be closed -> let go of all the same', async () => {
  const resting = new RestingFiles<string>(createVirtualClock(), () => Promise.reject(new Error('it is gone')))
  resting.keep('partial', 'file')
  await resting.letGoOfAll()
  expect(await resting.take('partial')).toBeUndefined()
})

function createClosing(): { closed: Promise<void>; close: () => void } {
  let close = (): void => {}
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  return { closed, close: () => close() }
}
