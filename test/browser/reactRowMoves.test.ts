import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { DownloadList } from '../../src/react/index.js'
import '../../src/react/styles.css'
import { SCENARIOS } from '../../stories/scenarios.js'

const cleanups: (() => unknown)[] = []
afterEach(() => {
  vi.restoreAllMocks()
  for (const clean of cleanups.splice(0)) clean()
})

function mountQueue() {
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  /** Three that wait, each in the place of the queue that is given. */
  const queue = async (...positions: readonly number[]) => {
    const downloads = positions.map((position, index) => ({
      ...SCENARIOS.queued.progress,
      taskId: `task-${index}`,
      waitingFor: { code: 'slot', message: '', position } as const,
    }))
    root.render(createElement(DownloadList, { downloads }))
    const wanted = [...positions.keys()].sort((left, right) => (positions[left] ?? 0) - (positions[right] ?? 0))
    await vi.waitFor(() => expect(order()).toEqual(wanted.map((index) => `task-${index}`)))
  }
  const order = () => [...host.querySelectorAll<HTMLElement>('[data-task]')].map(({ dataset }) => dataset.task)
  return { queue }
}

const glides = () => vi.spyOn(Element.prototype, 'animate')

test('rows change places -> those that moved glide there, the third stays', async () => {
  const { queue } = mountQueue()
  const animate = glides()
  await queue(1, 2, 3)
  expect(animate).not.toHaveBeenCalled()
  await queue(2, 1, 3)
  expect(animate.mock.contexts.map((row) => (row as HTMLElement).dataset.task)).toEqual(['task-1', 'task-0']) // reason: rows are all that is animated
  expect(animate.mock.calls.map(([frames]) => Object.keys((frames as Keyframe[])[0] ?? {}))).toEqual([
    ['transform'],
    ['transform'],
  ]) // reason: given as a list
})

test('less motion is wanted -> they are there at once', async () => {
  const { queue } = mountQueue()
  const animate = glides()
  vi.spyOn(window, 'matchMedia').mockReturnValue({ matches: true } as MediaQueryList) // reason: nothing else of it is read
  await queue(1, 2, 3)
  await queue(2, 1, 3)
  expect(animate).not.toHaveBeenCalled()
})
