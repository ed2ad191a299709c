/** What an XState app writes against `plugdock/machines`. */
import { type downloadMachine, supervisorMachine } from 'plugdock/machines'
import { type ActorRefFrom, type EventFromLogic, type InputFrom, setup } from 'xstate'

type Command = EventFromLogic<typeof supervisorMachine>

export const pause: Command = { type: 'download.pause', taskId: 'a' }
export const start: Command = { type: 'download.start', source: 'https://cdn.example/manifest.json' }
export const close: Command = { type: 'close' }
// @ts-expect-error which one?
export const pauseWhat: Command = { type: 'download.pause' }
// @ts-expect-error no such command
export const explode: Command = { type: 'download.explode' }

export function follow(download: ActorRefFrom<typeof downloadMachine>): boolean {
  download.send({ type: 'download.pause' })
  // @ts-expect-error no such command
  download.send({ type: 'download.explode' })
  const snapshot = download.getSnapshot()
  // @ts-expect-error no such tag
  snapshot.hasTag('exploding')
  return snapshot.hasTag('downloading') || snapshot.hasTag('awaitingNetwork') || snapshot.status === 'done'
}

export function hear(supervisor: ActorRefFrom<typeof supervisorMachine>): void {
  supervisor.on('download.installed', ({ taskId, pluginId, version }) => [taskId, pluginId, version].join())
  supervisor.on('download.failed', ({ failure }) => failure.code)
  // @ts-expect-error never emitted
  supervisor.on('download.exploded', () => {})
  const isLeader: boolean = supervisor.getSnapshot().hasTag('leader')
  if (!isLeader) supervisor.send(close)
}

export function app(input: InputFrom<typeof supervisorMachine>) {
  return setup({ actors: { plugins: supervisorMachine } }).createMachine({
    invoke: { id: 'plugins', src: 'plugins', systemId: 'plugdock', input },
  })
}
