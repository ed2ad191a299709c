import type { Clock } from '../ports/clock.js'

/** Wakes all who wait for the next time that it rings. */
export interface Bell {
  ring(): void
  next(): Promise<void>
}

export function createBell(): Bell {
  let wakers: (() => void)[] = []
  return {
    ring() {
      const awake = wakers
      wakers = []
      for (const wake of awake) wake()
    },
    next: () =>
      new Promise((resolve) => {
        wakers.push(resolve)
      }),
  }
}

/** Waits until the time that `dueMs` tells has come. That is asked again whenever the bell rings. */
export async function sleepUntil(clock: Clock, bell: Bell, dueMs: () => number): Promise<void> {
  for (let restMs = dueMs() - clock.monotonic(); restMs > 0; restMs = dueMs() - clock.monotonic()) {
    const rang = bell.next()
    let timer: unknown
    const passed = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, restMs)
    })
    await Promise.race([passed, rang])
    clock.clearTimeout(timer)
  }
}
