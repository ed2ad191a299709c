import { describe, expect, it, vi } from 'vitest'
import { fillHermesGaps } from '../../../src/adapters/hermesGaps.js'
import { engineOfPhones } from '../../integration/mobile/phoneEngine.js'

describe('fillHermesGaps', () => {
  it('aborted with a reason -> listeners find it, once, and throwIfAborted throws it', () => {
    const scope = engineOfPhones()
    fillHermesGaps(scope)
    const controller = new scope.AbortController()
    const { signal } = controller
    signal.throwIfAborted()
    const reason = new Error('enough')
    const heard = vi.fn(() => expect(signal.reason).toBe(reason))
    signal.addEventListener('abort', heard)
    controller.abort(reason)
    controller.abort(new Error('later'))
    expect(heard).toHaveBeenCalledOnce()
    expect(() => signal.throwIfAborted()).toThrow(reason)
  })

  it('aborted without a reason -> an AbortError', () => {
    const scope = engineOfPhones()
    fillHermesGaps(scope)
    const controller = new scope.AbortController()
    controller.abort()
    expect(controller.signal.reason).toMatchObject({ name: 'AbortError' })
  })

  it('any of several -> aborted by the first, with its reason; at once where one is', () => {
    const scope = engineOfPhones()
    fillHermesGaps(scope)
    const [left, right] = [new scope.AbortController(), new scope.AbortController()]
    const both = scope.AbortSignal.any([left.signal, right.signal])
    expect(both.aborted).toBe(false)
    right.abort('right')
    left.abort('left')
    expect(both.reason).toBe('right')
    expect(scope.AbortSignal.any([left.signal, right.signal])).toMatchObject({ aborted: true, reason: 'left' })
  })

  it('an engine that has all of it -> nothing is changed; called again -> nothing either', () => {
    const before = [AbortController.prototype.abort, AbortSignal.prototype.throwIfAborted, AbortSignal.any]
    fillHermesGaps()
    expect([AbortController.prototype.abort, AbortSignal.prototype.throwIfAborted, AbortSignal.any]).toEqual(before)
    const scope = engineOfPhones()
    fillHermesGaps(scope)
    const { abort } = scope.AbortController.prototype
    fillHermesGaps(scope)
    expect(scope.AbortController.prototype.abort).toBe(abort)
  })
})
