const queued = new Set<() => void>()
let isArmed = false

/**
 * Does it with the next frame, together with all else that was asked for until then, so that one commit shows it all.
 * Asked again before that, it is done once. Where there are no frames it is done at once. Answers how to call it off.
 */
export function nextFrame(work: () => void): () => void {
  if (typeof requestAnimationFrame === 'undefined') {
    work()
    return () => {}
  }
  queued.add(work)
  if (!isArmed) {
    isArmed = true
    requestAnimationFrame(runQueued)
  }
  return () => queued.delete(work)
}

function runQueued(): void {
  const all = [...queued]
  queued.clear()
  isArmed = false
  for (const work of all) work()
}
