import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface StartedNext {
  readonly url: string
  close(): Promise<void>
}

/** `next start` on a free port. */
export async function startNext(app: string): Promise<StartedNext> {
  const args = [join(app, 'node_modules/next/dist/bin/next'), 'start', '--port', '0', '--hostname', '127.0.0.1']
  const server = spawn(process.execPath, args, { cwd: app, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  for await (const line of createInterface(server.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (!url) continue
    server.stdout.resume()
    return {
      url: `${url}/`,
      async close() {
        server.kill()
        await ended
      },
    }
  }
  throw new Error('next start ended without a word of where it listens')
}
