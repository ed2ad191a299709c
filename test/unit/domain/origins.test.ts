import { describe, expect, it } from 'vitest'
import { isAllowedOrigin } from '../../../src/domain/origins.js'

describe('isAllowedOrigin', () => {
  it.each([
    ['https://cdn.example/x', true],
    ['http://cdn.example/x', false],
    ['http://localhost:8080/x', true],
    ['http://plugin.localhost/x', true],
    ['http://127.0.0.1/x', true],
    ['http://127.1.2.3:5/x', true],
    ['http://[::1]:80/x', true],
    ['http://localhost.evil.example/x', false],
    ['http://127.0.0.1.evil.example/x', false],
    ['http://notlocalhost/x', false],
    ['https://user@cdn.example/x', false],
    ['https://user:secret@cdn.example/x', false],
    ['file:///etc/passwd', false],
    ['data:text/plain,x', false],
    ['blob:https://cdn.example/1', false],
    ['javascript:alert(1)', false],
  ])('no list, %s -> %s', (url, expected) => {
    expect(isAllowedOrigin(new URL(url))).toBe(expected)
  })

  it.each([
    ['https://cdn.example/x', true],
    ['https://cdn.example:443/x', true],
    ['https://CDN.example/x', true],
    ['https://cdn.example:444/x', false],
    ['https://sub.cdn.example/x', false],
    ['http://cdn.example/x', false],
    ['http://intranet/x', true],
    ['http://localhost/x', false],
    ['https://user@cdn.example/x', false],
  ])('a list, %s -> %s', (url, expected) => {
    expect(isAllowedOrigin(new URL(url), ['https://cdn.example/', 'http://intranet', 'nonsense'])).toBe(expected)
  })
})
