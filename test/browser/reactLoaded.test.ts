import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { useLoaded } from '../../src/react/dialog/useLoaded.js'

const cleanups: (() => unknown)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean()
})

function draw(load: () => Promise<string>, onError: (error: unknown) => void) {
  const element = document.body.appendChild(document.createElement('div'))
  const root = createRoot(element)
  const Reader = () => useLoaded(load, onError) ?? 'nothing yet'
  root.render(createElement(Reader))
  cleanups.push(() => {
    root.unmount()
    element.remove()
  })
  return { element, root }
}

test('a part of the page comes -> it is drawn', async () => {
  const onError = vi.fn()
  const { element } = draw(async () => 'the part', onError)
  await vi.waitFor(() => expect(element.textContent).toBe('the part'))
  expect(onError).not.toHaveBeenCalled()
})

test('it cannot be fetched -> who opened it is told; opened again, it is asked for again', async () => {
  const gone = new TypeError('Failed to fetch dynamically imported module')
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(gone).mockResolvedValue('the part')
  const onError = vi.fn()
  draw(load, onError)
  await vi.waitFor(() => expect(onError).toHaveBeenCalledExactlyOnceWith(gone))
  const again = draw(load, onError)
  await vi.waitFor(() => expect(again.element.textContent).toBe('the part'))
})

test('who opened it is drawn anew while it is fetched -> it is fetched once', async () => {
  let arrive: (part: string) => void = () => {}
  const coming = new Promise<string>((resolve) => {
    arrive = resolve
  })
  const load = vi.fn(() => coming)
  const Reader = ({ turn }: { readonly turn: number }) => useLoaded(load, () => turn) ?? `nothing yet, ${turn}`
  const element = document.body.appendChild(document.createElement('div'))
  const root = createRoot(element)
  cleanups.push(() => root.unmount())
  for (const turn of [1, 2]) {
    root.render(createElement(Reader, { turn }))
    await vi.waitFor(() => expect(element.textContent).toBe(`nothing yet, ${turn}`))
  }
  arrive('the part')
  await vi.waitFor(() => expect(element.textContent).toBe('the part'))
  expect(load).toHaveBeenCalledOnce()
})

test('it comes after nobody wants it any more -> nothing is told', async () => {
  let reject: (error: unknown) => void = () => {}
  const coming = new Promise<string>((_, fail) => {
    reject = fail
  })
  const onError = vi.fn()
  const { element, root } = draw(() => coming, onError)
  await vi.waitFor(() => expect(element.textContent).toBe('nothing yet'))
  root.unmount()
  reject(new TypeError('too late'))
  await coming.catch(() => {})
  expect(onError).not.toHaveBeenCalled()
})
