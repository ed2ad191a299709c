import { expect, test } from 'vitest'
import { app, dock } from '../../stories/guides/examples/supervisor.js'

test('the guide whose app owns the supervisor -> closing the dock leaves it to the app, and the app ends it', async () => {
  expect(dock.supervisor).toBe(app.system.get('plugins'))
  await dock.close()
  expect(dock.supervisor.getSnapshot().hasTag('leader')).toBe(true)
  app.stop()
  expect(dock.supervisor.getSnapshot().status).toBe('stopped')
})
