import { describe, expect, it } from 'vitest'
import { AskedHeaders } from '../../../src/adapters/askedHeaders.js'

const API = 'https://api.example/a.bin'
const CDN = 'https://cdn.example/a.bin'

describe('which URLs may be asked without the app', () => {
  it('the app gives no headers at all -> every one', () => {
    const asked = new AskedHeaders(undefined)
    expect(asked.ask).toBeUndefined()
    expect(asked.isBare(CDN)).toBe(true)
  })

  it('it was not asked yet -> none', () => {
    expect(new AskedHeaders(() => ({})).isBare(CDN)).toBe(false)
  })

  it('it gave headers for one and none for another -> the other, for as long as that is so', async () => {
    let isPrivate = false
    const own = new AskedHeaders(async ({ host }) => {
      const isAsked = host === 'api.example' || isPrivate
      return new Headers(isAsked ? { authorization: 'Bearer token' } : {})
    })
    expect(new Headers(await own.ask?.(new URL(API))).get('authorization')).toBe('Bearer token')
    await own.ask?.(new URL(CDN))
    expect([own.isBare(API), own.isBare(CDN)]).toEqual([false, true])
    isPrivate = true
    await own.ask?.(new URL(CDN))
    expect(own.isBare(CDN)).toBe(false)
  })
})
