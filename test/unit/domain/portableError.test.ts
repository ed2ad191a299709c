import { describe, expect, it } from 'vitest'
import { HttpStatusError, StalledError, StorageFullError } from '../../../src/domain/errors/index.js'
import { fromPortable, toPortable } from '../../../src/domain/portableError.js'

/** As a message between threads does. */
function cross(error: unknown) {
  return fromPortable(structuredClone(toPortable(error)))
}

describe('an error that crosses between threads', () => {
  it('-> the same class, message and fields', () => {
    const url = 'https://cdn.example/file'
    const crossed = cross(new HttpStatusError('busy', { url, status: 503, retryAfterMs: 5000 }))
    expect(crossed).toBeInstanceOf(HttpStatusError)
    expect(crossed).toMatchObject({ message: 'busy', url, status: 503, retryAfterMs: 5000, name: 'HttpStatusError' })
    expect(cross(new StalledError('still', { url, afterMs: 20_000 }))).toMatchObject({
      code: 'stalled',
      afterMs: 20_000,
    })
  })

  it('its cause -> only its text', () => {
    const cause = new DOMException('no room', 'QuotaExceededError')
    const crossed = cross(new StorageFullError('full', { bytesNeeded: 5 }, { cause }))
    expect(crossed).toMatchObject({ code: 'storage-full', bytesNeeded: 5 })
    expect(crossed.cause).toEqual(new Error('QuotaExceededError: no room'))
  })

  it('of no class of ours -> unsupported, as everywhere', () => {
    expect(cross(new TypeError('x is not a function'))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('x is not a function'),
    })
    expect(cross('text')).toMatchObject({ code: 'unsupported' })
  })
})
