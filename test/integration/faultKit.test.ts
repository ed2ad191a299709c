import { createConnection } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  always,
  dropAfter,
  lieAboutLength,
  ODD_ETAGS,
  raw,
  resetAfter,
  together,
  trickle,
  unfinishedChunks,
  withEtag,
  withoutLength,
} from '../../src/testing/faults.js'
import { createScriptedOrigin } from '../../src/testing/scriptedOrigin.js'
import { createVirtualClock } from '../../src/testing/virtualClock.js'
import { describeFaultKitContract } from '../contracts/faultKitContract.js'

describeFaultKitContract('over HTTP', async () => {
  const origin = createScriptedOrigin()
  const { url, close } = await origin.listen()
  return { origin, url, fetch, dispose: close }
})

describe('the fault kit on the wire', () => {
  const clock = createVirtualClock()
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })

  const listen = async () => {
    const origin = createScriptedOrigin({ clock })
    origin.put('/a', 'the file')
    const listening = await origin.listen()
    closers.push(listening.close)
    return { origin, url: `${listening.url}/a` }
  }

  it('raw -> those bytes and no other, then the end', async () => {
    const { origin, url } = await listen()
    origin.script('/a', raw('HTTP/1.1 206 Oh no\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\n', 'bytes'))
    const { text, error } = await converse(url)
    expect(error).toBeUndefined()
    expect(text).toBe('HTTP/1.1 206 Oh no\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nbytes')
    expect(origin.requests[0]).toMatchObject({ bytesSent: 5, outcome: 'complete' })
  })

  it('withoutLength close -> neither a length nor chunks, and the connection ends', async () => {
    const { origin, url } = await listen()
    origin.script('/a', together(withEtag('"b"'), withoutLength('close'), dropAfter(3)), withoutLength('close'))
    const cut = await converse(url)
    expect(cut.text).toMatch(/connection: close\r\n\r\nthe$/)
    const whole = await converse(url)
    expect(whole.text).toMatch(/\r\n\r\nthe file$/)
    expect(whole.text).not.toMatch(/^(content-length|transfer-encoding):/im)
  })

  it('unfinishedChunks -> chunks without the last one', async () => {
    const { origin, url } = await listen()
    origin.script('/a', unfinishedChunks(8))
    expect((await converse(url)).text).toMatch(/chunked\r\n\r\n8\r\nthe file\r\n$/)
  })

  it('resetAfter -> RST, where dropAfter ends as TCP ends', async () => {
    const { origin, url } = await listen()
    origin.script('/a', resetAfter(3), dropAfter(3))
    expect((await converse(url)).error).toMatchObject({ code: 'ECONNRESET' })
    const dropped = await converse(url)
    expect(dropped.error).toBeUndefined()
    expect(dropped.text).toMatch(/\r\n\r\nthe$/)
  })

  it('lieAboutLength smaller -> the bytes that are too many are sent all the same', async () => {
    const { origin, url } = await listen()
    origin.script('/a', lieAboutLength(-5))
    const { text } = await converse(url, 'Connection: close\r\n')
    expect(text).toMatch(/content-length: 3\r\n/)
    expect(text).toMatch(/\r\n\r\nthe file$/)
  })

  it('trickle -> nothing before its time', async () => {
    const { origin, url } = await listen()
    origin.script('/a', trickle(5, 1000))
    const reading = fetch(url).then((response) => response.text())
    const sent: number[] = []
    for (let piece = 0; piece < 2; piece++) {
      while (clock.pendingTimers === 0) await clock.settle()
      sent.push(origin.bytesSent())
      await clock.advance(1000)
    }
    expect(sent).toEqual([0, 5])
    expect(await reading).toBe('the file')
  })

  it.each(ODD_ETAGS.map((etag) => [etag.slice(0, 30), etag]))('the ETag %s -> can be sent', async (_name, etag) => {
    const { origin, url } = await listen()
    origin.script('/a', always(withEtag(etag)))
    const response = await fetch(url)
    expect(response.headers.get('etag')).toBe(etag)
    await response.body?.cancel()
  })
})

interface Heard {
  readonly text: string
  readonly error: unknown
}

/**
 * A client that knows no HTTP, so that it hides nothing. It reads byte by byte: after a read that its buffer was too
 * large for, libuv takes a reset for an end.
 */
function converse(url: string, headers = ''): Promise<Heard> {
  const { hostname, port, host, pathname } = new URL(url)
  return new Promise((resolve) => {
    const buffer = new Uint8Array(1)
    let text = ''
    let error: unknown
    const callback = () => {
      text += String.fromCharCode(...buffer)
      return true
    }
    const socket = createConnection({ host: hostname, port: Number(port), onread: { buffer, callback } })
    socket.on('error', (cause) => {
      error = cause
    })
    socket.on('close', () => resolve({ text, error }))
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`)
  })
}
