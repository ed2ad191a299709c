import { createServer } from 'node:net'
import { createWebSocketInspector, createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect'
import { createInspectorServer } from '@statelyai/inspect/server'
import { expect, onTestFinished, test } from 'vitest'
import { createPluginDockOn } from '../../src/createPluginDockOn.js'
import { inspectActors } from '../../src/index.js'
import { buildPlugin, createMemoryHost, createScriptedOrigin, publishOn } from '../../src/testing/index.js'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

test("a dock in Node, inspected over Stately's own relay -> who listens there hears of its download to the end", async () => {
  const port = await freePort()
  const relay = createInspectorServer({ port, autoOpen: false })
  onTestFinished(() => relay.stop())
  const inspector = createWebSocketInspector({ url: `ws://127.0.0.1:${port}` })
  onTestFinished(() => inspector.stop())
  const heard: StatelyInspectionEvent[] = []
  const isInstalled = new Promise<void>((resolve) => {
    createWebSocketReceiver({ server: `ws://127.0.0.1:${port}` }).subscribe((message) => {
      heard.push(message)
      if (message.type === '@xstate.snapshot' && Object(message.snapshot).value === 'installed') resolve()
    })
  })

  const origin = createScriptedOrigin()
  const dock = await createPluginDockOn(createMemoryHost({ origin }))
  onTestFinished(() => dock.close())
  inspectActors(dock.supervisor, inspector.inspect)
  const task = await dock.downloads.startDownload(publishOn(origin, await buildPlugin()))
  await task.finished
  await isInstalled
  const names = heard.flatMap((message) => (message.type === '@xstate.actor' ? [message.name] : []))
  for (const name of ['supervisor', 'fleet', task.id, 'transfer']) expect(names).toContain(name)
})
