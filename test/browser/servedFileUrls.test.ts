import { describe, expect, it } from 'vitest'
import { servedFileUrls } from '../../src/adapters/servedFileUrls.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { freshName } from './engineWorker.js'

function importer() {
  return servedFileUrls(freshName(), createSystemClock()).createScope({ pluginId: 'acme.charts', address: '0a' })
}

const urlOf = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))

describe('a page that no service worker of ours controls', () => {
  it('asked whether it is served -> not', async () => {
    const files = servedFileUrls(freshName(), createSystemClock())
    expect([files.areServed, await files.isServing(), files.areServed]).toEqual([false, false, false])
  })

  it('another dock of the same name -> has the same modules; of another name -> has its own', () => {
    const [name, clock] = [freshName(), createSystemClock()]
    expect(servedFileUrls(name, clock)).toBe(servedFileUrls(name, clock))
    expect(servedFileUrls(freshName(), clock)).not.toBe(servedFileUrls(name, clock))
  })
})

describe('a module is imported by its URL', () => {
  it('nobody answers it, or what it needs -> storage, as its code is not to blame', async () => {
    const missing = new URL('/nothing.test.js', location.href).href
    await expect(importer().import(missing)).rejects.toMatchObject({ code: 'storage' })
    const needy = urlOf(`import ${JSON.stringify(missing)}`)
    await expect(importer().import(needy)).rejects.toMatchObject({ code: 'storage' })
  })

  it.each([
    ['null.x', TypeError],
    ["throw new TypeError('the module failed')", TypeError],
    ['const', SyntaxError],
    ["throw new RangeError('too far')", RangeError],
  ])('its code is at fault (%s) -> that error', async (code, kind) => {
    await expect(importer().import(urlOf(code))).rejects.toBeInstanceOf(kind)
  })
})
