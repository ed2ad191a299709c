import { expect, test } from 'vitest'
import { NetworkError } from '../../../src/domain/errors/index.js'
import { laterPart, loadAhead } from '../../../src/domain/laterPart.js'
import { createVirtualClock } from '../../../src/testing/index.js'

const host = { clock: createVirtualClock(), whenIdle: true }

test('asked for twice -> imported once', async () => {
  let imports = 0
  const part = laterPart('a test', async () => ({ count: ++imports }), { isWantedLater: false })
  const [first, second] = await Promise.all([part.load(host), part.load(host)])
  expect([first, second]).toEqual([{ count: 1 }, { count: 1 }])
})

test('it cannot be loaded -> a typed error that says which part, and the next who asks has it tried again', async () => {
  const cause = new TypeError('Failed to fetch dynamically imported module')
  const outcomes = [Promise.reject(cause), Promise.resolve('here')]
  const part = laterPart('installing plugins', () => outcomes.shift() ?? Promise.reject(cause), {
    isWantedLater: false,
  })
  const failing = part.load(host)
  await expect(failing).rejects.toThrow(NetworkError)
  await expect(failing).rejects.toMatchObject({
    code: 'network',
    message: 'The part of this app that is for installing plugins could not be loaded',
    cause,
  })
  expect(await part.load(host)).toBe('here')
})

test('it never comes -> a typed error in the end, and what comes at last is what the next has', async () => {
  const { clock } = host
  let arrive: (part: string) => void = () => {}
  const coming = new Promise<string>((resolve) => {
    arrive = resolve
  })
  const part = laterPart('installing plugins', () => coming, { isWantedLater: false })
  const failing = part.load(host)
  const refused = expect(failing).rejects.toThrow(NetworkError)
  await clock.advance(30_000)
  await refused
  const next = part.load(host)
  arrive('here')
  expect(await next).toBe('here')
})

test('code is at hand -> however much time passes meanwhile, it comes', async () => {
  const clock = createVirtualClock()
  let arrive: (part: string) => void = () => {}
  const coming = new Promise<string>((resolve) => {
    arrive = resolve
  })
  const loading = laterPart('installing plugins', () => coming, { isWantedLater: false }).load({ clock })
  await clock.advance(60_000)
  arrive('here')
  expect(await loading).toBe('here')
})

test('loaded ahead -> all that is wanted later is there, and nothing else', async () => {
  const loaded: string[] = []
  const importing = (name: string) => async () => loaded.push(name)
  laterPart('one', importing('one'))
  laterPart('two', importing('two'))
  laterPart('a fallback', importing('a fallback'), { isWantedLater: false })
  await loadAhead(host)
  expect(loaded).toEqual(['one', 'two'])
})
