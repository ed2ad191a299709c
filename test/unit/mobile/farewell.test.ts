import { beforeEach, expect, it } from 'vitest'
import { CapacitorApp, watchCapacitorEnd } from '../../../src/adapters/capacitorApp.js'
import { createFarewell, createMemoryNotes } from '../../../src/adapters/farewell.js'
import { createFakeCapacitor } from '../../integration/mobile/fakeCapacitor.js'

let capacitor: ReturnType<typeof createFakeCapacitor>
let farewell: ReturnType<typeof createFarewell>

beforeEach(async () => {
  capacitor = createFakeCapacitor()
  const app = new CapacitorApp()
  await app.attach(capacitor.network, capacitor.app)
  farewell = createFarewell(
    createMemoryNotes(),
    watchCapacitorEnd(app, () => () => {}),
  )
})

it('something begins while the app is put away, the first and the second -> word of both, taken back in front', async () => {
  capacitor.pause()
  farewell.arm('first')
  farewell.arm('second')
  expect(await farewell.read()).toEqual(['first', 'second'])
  capacitor.resume()
  expect(await farewell.read()).toEqual([])
})

it('put away and back with nothing begun -> what begins in front leaves no word', async () => {
  const disarm = farewell.arm('first')
  capacitor.pause()
  disarm()
  capacitor.resume()
  farewell.arm('second')
  expect(await farewell.read()).toEqual(['first'])
})
