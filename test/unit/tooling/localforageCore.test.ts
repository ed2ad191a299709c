import { expect, test } from 'vitest'
import { coreOfLocalforage, LOCALFORAGE, withLocalforageCore } from '../../../scripts/localforageCore.mjs'

async function importCore(): Promise<LocalForage> {
  const url = `data:text/javascript,${encodeURIComponent(await coreOfLocalforage())}`
  const { default: core } = await import(/* @vite-ignore */ url)
  return core
}

function driverNamed(name: string): LocalForageDriver {
  const refuse = () => Promise.reject(new Error('not of this test'))
  const methods = { iterate: refuse, key: refuse, keys: refuse, length: refuse, clear: refuse, removeItem: refuse }
  const own = { getItem: async (key: string) => `${key} of ${name}`, setItem: refuse }
  const driver = { _driver: name, _support: true, _initStorage: async () => {}, ...methods, ...own }
  return driver as unknown as LocalForageDriver // reason: its methods are generic
}

test('a driver of ours on what is left of localforage -> its methods reach the instance', async () => {
  const core = await importCore()
  await core.defineDriver(driverNamed('ours'))
  const instance = core.createInstance({ driver: 'ours', name: 'dock', storeName: 'records' })
  await instance.ready()
  expect(instance.driver()).toBe('ours')
  expect(await instance.getItem('x')).toBe('x of ours')
})

test('its own drivers -> not supported, and an instance without one of ours says so', async () => {
  const core = await importCore()
  for (const name of [core.INDEXEDDB, core.WEBSQL, core.LOCALSTORAGE]) expect(core.supports(name)).toBe(false)
  await expect(core.createInstance({ name: 'dock' }).ready()).rejects.toThrow('No available storage method found')
})

test('what is left -> says whose it is, names no file of this machine, and is a third of the whole', async () => {
  const text = await coreOfLocalforage()
  expect(text).toMatch(/^\/\*!\nlocalForage .*\nVersion \d+\.\d+\.\d+, .*\n.*\n\(c\) .*Mozilla, Apache License 2.0/)
  expect(text).not.toContain('node_modules')
  expect(text.length).toBeLessThan(8000)
})

test('what is tested from the source -> meets the same', async () => {
  const { resolveId, load } = withLocalforageCore()
  expect(await load(resolveId(LOCALFORAGE) ?? '')).toBe(await coreOfLocalforage())
  expect(resolveId('localforage')).toBeUndefined()
})
