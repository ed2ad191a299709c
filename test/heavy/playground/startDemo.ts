import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '../../..')

export interface Demo {
  /** Of the page. */
  readonly url: string
  close(): Promise<void>
}

/** `npm run demo` as a person runs it, on free ports. Settles when it has printed where the page is. */
export async function startDemo(...options: readonly '--inspect'[]): Promise<Demo> {
  const args = ['scripts/demo.mjs', '--port', '0', '--origin-port', '0', ...options]
  const demo = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(demo, 'exit')
  const url = await Promise.race([printedUrl(demo), ended.then(([code]) => Promise.reject(endedEarly(code)))])
  return {
    url,
    async close() {
      demo.kill('SIGTERM')
      await ended
    },
  }
}

async function printedUrl({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The demo has no output')
  const lines = createInterface(stdout)
  for await (const line of lines) {
    const url = /playground is at\s*(http:\/\/[\d.:]+\/)/.exec(line)?.[1]
    if (url) return url
  }
  throw new Error('The demo printed no URL')
}

function endedEarly(code: unknown): Error {
  return new Error(`The demo ended with ${String(code)}`)
}
