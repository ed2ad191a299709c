import { createElement, Profiler, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { BehaviorSubject } from 'rxjs'
import { afterEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { DownloadProgress } from '../../src/publicTypes.js'
import { createSnapshotStore } from '../../src/react/dock/snapshotStore.js'
import { DownloadList } from '../../src/react/index.js'
import '../../src/react/styles.css'
import { SCENARIOS } from '../../stories/scenarios.js'

const COUNT = 1000
const TICKS = 50
const cleanups: (() => void)[] = []
afterEach(() => {
  vi.useRealTimers()
  for (const clean of cleanups.splice(0)) clean()
})

/** All of them a little further at each tick. */
function downloadsAt(tick: number): readonly DownloadProgress[] {
  return Array.from({ length: COUNT }, (_, index) => ({
    ...SCENARIOS.downloading.progress,
    taskId: `task-${index}`,
    name: `Plugin ${index}`,
    bytesDownloaded: 1_000_000 + tick * 10_000 + index,
  }))
}

/** The list as a dock feeds it: by a store that tells its listeners with the frames. */
function mountMany() {
  /** By the time of the frame, which is one for all that is done in it. */
  const commitsByFrame = new Map<number, number>()
  const source = new BehaviorSubject(downloadsAt(0))
  const store = createSnapshotStore({
    source,
    initial: source.value,
    keep: (_, next) => next,
    tellsAtOnce: true,
    byFrame: true,
  })
  const Many = () =>
    createElement(DownloadList, { downloads: useSyncExternalStore(store.subscribe, store.getSnapshot) })
  const onRender = () => {
    const frameAt = Number(document.timeline.currentTime)
    commitsByFrame.set(frameAt, (commitsByFrame.get(frameAt) ?? 0) + 1)
  }
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  root.render(createElement(Profiler, { id: 'list', onRender }, createElement(Many)))
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  const rows = () => [...host.querySelectorAll<HTMLElement>('[data-task]')]
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  return { host, rows, frame, commitsByFrame, tick: (count: number) => source.next(downloadsAt(count)) }
}

test('1,000 downloads that all move -> what is in sight is in the page, and each news is one commit', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { rows, frame, commitsByFrame, tick } = mountMany()
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
  // heights are measured, and the window has found its place
  for (let settling = 0; settling < 10; settling++) await frame()
  commitsByFrame.clear()
  for (let count = 1; count <= TICKS; count++) {
    tick(count)
    // the clock of all countdowns tells of its second in the same frame
    if (count % 10 === 0) vi.advanceTimersByTime(1000)
    // ten times a second, of sixty
    for (let waited = 0; waited < 6; waited++) await frame()
  }
  expect(rows().length).toBeLessThan(60)
  expect([...commitsByFrame.values()]).toEqual(Array.from({ length: TICKS }, () => 1))
})

test('scrolled while all move -> what comes into sight is drawn in one commit with the news', async () => {
  const { rows, frame, commitsByFrame, tick } = mountMany()
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
  for (let settling = 0; settling < 10; settling++) await frame()
  commitsByFrame.clear()
  for (let count = 1; count <= TICKS; count++) {
    scrollBy(0, 300)
    tick(count)
    await frame()
  }
  expect(rows().at(-1)?.dataset.task).not.toBe(`task-${rows().length - 1}`)
  expect(Math.max(...commitsByFrame.values())).toBe(1)
})

test('End, then Home -> the focus goes to rows that were not in the page', async () => {
  const { rows } = mountMany()
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
  rows()[0]?.focus()
  await userEvent.keyboard('{End}')
  await vi.waitFor(() => expect(document.activeElement).toHaveProperty('dataset.task', `task-${COUNT - 1}`))
  expect(document.activeElement?.getAttribute('aria-posinset')).toBe(`${COUNT}`)
  await userEvent.keyboard('{ArrowUp}')
  await vi.waitFor(() => expect(document.activeElement).toHaveProperty('dataset.task', `task-${COUNT - 2}`))
  await userEvent.keyboard('{Home}')
  await vi.waitFor(() => expect(document.activeElement).toHaveProperty('dataset.task', 'task-0'))
})

test('scrolled far down -> the rows there are in the page, and the focused one still is', async () => {
  const { host, rows } = mountMany()
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
  rows()[0]?.focus()
  document.documentElement.scrollTop = host.scrollHeight / 2
  await vi.waitFor(() => {
    const inSight = rows().filter((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      return bottom > 0 && top < document.documentElement.clientHeight
    })
    expect(inSight.length).toBeGreaterThan(0)
    expect(rows().length).toBeLessThan(60)
  })
  expect(document.activeElement).toHaveProperty('dataset.task', 'task-0')
})
