import { readFileSync } from 'node:fs'

const LOOK_EVERY_MS = 10

/**
 * The most memory that a process held, in MiB. Not what the system's count of its resources says: on Linux that of a child
 * begins with what its parent held. Nothing where there is no `/proc`, or where the process has ended.
 */
export function peakOf(pid) {
  try {
    const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kib && Number(kib) / 1024
  } catch {
    return undefined
  }
}

/** Watches a process's peak; the answer ends the watch. */
export function watchPeak(pid) {
  let peakMiB = peakOf(pid)
  const timer = setInterval(() => {
    peakMiB = peakOf(pid) ?? peakMiB
  }, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
    return peakMiB
  }
}
