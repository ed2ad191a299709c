import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { within } from './tools.mjs'

const SCRIPT = fileURLToPath(new URL('./life.mjs', import.meta.url))

/** A process of `life.mjs`, and what it has said so far. */
export class ChildLife {
  counts = {}
  refusals = 0
  recordRefusals = 0
  defects = []
  memory = []
  /** Plugins that have to be there, whenever it is killed. */
  kept
  #child
  #ended
  #patienceMs
  #listeners = new Map()

  constructor(order, kept, patienceMs) {
    this.kept = new Set(kept)
    this.#patienceMs = patienceMs
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc']
    this.#child = fork(SCRIPT, [JSON.stringify(order)], { execArgv: ['--expose-gc'], stdio })
    // every message that it sent has come by then
    this.#ended = once(this.#child, 'close')
    this.#child.on('message', (message) => this.#hear(message))
  }

  get hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  async says(type) {
    const said = new Promise((resolve, reject) => {
      this.#listeners.set(type, resolve)
      void this.#ended.then(([status]) => reject(new Error(`A process ended with ${status} before it said ${type}`)))
    })
    await within(this.#patienceMs, said, () => `A process did not say ${type}`)
  }

  async kill() {
    this.#child.kill('SIGKILL')
    const [status, signal] = await this.#ended
    if (signal !== 'SIGKILL') this.defects.push(`A process ended by itself, with status ${status}`)
  }

  #hear(message) {
    this.#listeners.get(message.type)?.()
    switch (message.type) {
      case 'installed':
        return void this.kept.add(message.pluginId)
      case 'removing':
        return message.pluginId === '*' ? this.kept.clear() : void this.kept.delete(message.pluginId)
      case 'counts':
        this.counts = message.counts
        this.refusals = message.refusals
        this.recordRefusals = message.recordRefusals
        return
      case 'memory':
        return void this.memory.push({ at: performance.now(), rss: message.rss, heap: message.heap })
      case 'defect':
        return void this.defects.push(message.text)
    }
  }
}
