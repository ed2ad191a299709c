import { expect, it } from 'vitest'
import { createActor, waitFor } from 'xstate'
import { reporting } from '../../src/actors/reporting.js'

interface Told {
  type: 'told'
}

it('an effect ended while part of it goes on -> that is told to end', async () => {
  let goingOn: AbortSignal | undefined
  const actor = createActor(
    reporting<Told, object>(async (_input, signal) => {
      goingOn = signal
      return { type: 'told' }
    }),
    { input: {} },
  ).start()
  await waitFor(actor, ({ status }) => status === 'done')
  expect(goingOn?.reason).toMatchObject({ name: 'AbortError' })
})

it('an effect stopped before it ended -> its signal is aborted', () => {
  let signalOfIt: AbortSignal | undefined
  const actor = createActor(
    reporting<Told, object>((_input, signal) => {
      signalOfIt = signal
      return new Promise<Told>(() => {})
    }),
    { input: {} },
  ).start()
  expect(signalOfIt?.aborted).toBe(false)
  actor.stop()
  expect(signalOfIt?.aborted).toBe(true)
})
