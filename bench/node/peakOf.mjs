import { readFileSync } from 'node:fs'

const LOOK_EVERY_MS = 10

/** Watches the most memory that a process held, in MiB; the answer ends the watch. Nothing where there is no `/proc`. */
export function watchPeak(pid) {
  let peakKib = Number.NaN
  const look = () => {
    try {
      const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      if (kib) peakKib = Number(kib)
    } catch {
      // it has ended, or there is no such place
    }
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
    return peakKib / 1024
  }
}
