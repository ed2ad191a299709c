import { expect, it } from 'vitest'
import { openBroadcastChannel } from '../../../src/adapters/broadcastChannel.js'

it('a page goes away, and something is to be told after its channel was closed -> told nobody, and nothing is thrown', async () => {
  const [leaving, staying] = [openBroadcastChannel('test'), openBroadcastChannel('test')]
  const heard: unknown[] = []
  const last = new Promise<void>((resolve) => {
    staying.listen((message) => {
      heard.push(message)
      if (message === 'last') resolve()
    })
  })
  leaving.post('before')
  leaving.close()
  leaving.post('after')
  const another = openBroadcastChannel('test')
  another.post('last')
  await last
  expect(heard).toEqual(['before', 'last'])
  another.close()
  staying.close()
})
