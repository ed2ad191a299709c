import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const SAMPLE = fileURLToPath(new URL('sample.mjs', import.meta.url))

/** A client with all its processes, so that a test may end it. `ended` tells whether it reported success. */
export function startClient(client, { directory, files, ...options }) {
  const told = JSON.stringify({ client, directory, files, ...options })
  const child = spawn(process.execPath, [SAMPLE, told], { stdio: ['ignore', 'ignore', 'ignore'], detached: true })
  const ended = once(child, 'close').then(([status]) => status === 0)
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal)
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
  }
  return {
    ended,
    kill,
    /** No success where it takes longer. */
    within: async (ms) => {
      const timer = setTimeout(() => kill('SIGKILL'), ms)
      return ended.finally(() => clearTimeout(timer))
    },
  }
}
