import { createContext, useContext, useSyncExternalStore } from 'react'
import { nextFrame } from './frame.js'

/** Epoch ms. */
export type Now = () => number

/** What the time is. A fixed one makes pictures that are always the same. */
export const NowContext = createContext<Now>(() => Date.now())

const TICK_MS = 1000

/** One timer for all countdowns of a page; none while nobody counts. */
class Ticker {
  readonly #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setInterval> | undefined
  #ticks = 0

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  readonly ticks = (): number => this.#ticks

  readonly #tell = (): void => {
    this.#ticks++
    for (const listener of [...this.#listeners]) listener()
  }

  #tick(): void {
    nextFrame(this.#tell)
  }
}

const ticker = new Ticker()
const silence = (): (() => void) => () => {}

/** The time now; while `isCounting`, the component is drawn again each second. */
export function useNow(isCounting: boolean): number {
  const now = useContext(NowContext)
  useSyncExternalStore(isCounting ? ticker.listen : silence, ticker.ticks, ticker.ticks)
  return now()
}
