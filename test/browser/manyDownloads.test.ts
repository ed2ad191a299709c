import { createElement, Profiler, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { DownloadProgress } from '../../src/publicTypes.js'
import { DownloadList } from '../../src/react/index.js'
import '../../src/react/styles.css'
import { SCENARIOS } from '../../stories/scenarios.js'

const COUNT = 1000
const cleanups: (() => void)[] = []
afterEach(() => {
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

function mountMany() {
  let commits = 0
  let show: (downloads: readonly DownloadProgress[]) => void = () => {}
  const Many = () => {
    const [downloads, setDownloads] = useState(() => downloadsAt(0))
    show = setDownloads
    return createElement(DownloadList, { downloads })
  }
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  root.render(createElement(Profiler, { id: 'list', onRender: () => commits++ }, createElement(Many)))
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  const rows = () => [...host.querySelectorAll<HTMLElement>('[data-task]')]
  return { host, rows, commits: () => commits, tick: (count: number) => show(downloadsAt(count)) }
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))

test('1,000 downloads that all move -> what is in sight is in the page, and no frame has two commits', async () => {
  const { rows, commits, tick } = mountMany()
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
  // heights are measured, and the window has found its place
  for (let settling = 0; settling < 10; settling++) await frame()
  const longTasks: number[] = []
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  )
  observer.observe({ type: 'longtask' })
  const before = commits()
  let frames = 0
  for (let count = 1; count <= 50; count++) {
    tick(count)
    // ten times a second, of sixty
    for (let waited = 0; waited < 6; waited++) {
      await frame()
      frames++
    }
  }
  observer.disconnect()
  expect(rows().length).toBeLessThan(60)
  expect(commits() - before).toBeGreaterThanOrEqual(50)
  expect(commits() - before).toBeLessThanOrEqual(frames)
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
