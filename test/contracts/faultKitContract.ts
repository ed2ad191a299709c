import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  always,
  badRequestPastEnd,
  dropAfter,
  emptyRange,
  endless,
  type Fault,
  flapEtags,
  gzip,
  header,
  hideHeaders,
  inject,
  lieAboutLength,
  lieAboutRange,
  longBody,
  multipart,
  refuseOrigins,
  refusePreflight,
  refuseRange,
  resetAfter,
  shortBody,
  status,
  swap,
  together,
  unaskedRange,
  unfinishedChunks,
  withEtag,
  withoutLength,
} from '../../src/testing/faults.js'
import type { ScriptedOrigin } from '../../src/testing/scriptedOrigin.js'
import type { OriginSubject } from './scriptedOriginContract.js'

const BYTES = Uint8Array.from({ length: 1000 }, (_, at) => at % 251)
const PATH = '/file.bin'

/** What the faults of the kit do, by whichever way the origin is asked. */
export function describeFaultKitContract(name: string, makeSubject: () => Promise<OriginSubject>): void {
  describe(`the fault kit ${name}`, () => {
    let subject: OriginSubject
    let origin: ScriptedOrigin

    beforeEach(async () => {
      subject = await makeSubject()
      origin = subject.origin
      origin.put(PATH, BYTES)
    })
    afterEach(() => subject.dispose())

    const ask = (range?: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
      subject.fetch(subject.url + PATH, { headers: { ...(range ? { range } : {}), ...headers }, ...init })
    const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())
    const askWith = async (fault: Fault, range?: string) => {
      origin.script(PATH, fault)
      const response = await ask(range)
      const bytes = await bytesOf(response)
      return { status: response.status, range: response.headers.get('content-range'), response, bytes }
    }

    it('gzip without a range -> 200, the length of what is sent, and fetch shows the file', async () => {
      const page = 'the same words over and over. '.repeat(200)
      origin.put(PATH, page)
      const { status, response, bytes } = await askWith(gzip())
      expect([status, response.headers.get('content-encoding')]).toEqual([200, 'gzip'])
      expect(Number(response.headers.get('content-length'))).toBeLessThan(page.length / 10)
      expect(new TextDecoder().decode(bytes)).toBe(page)
    })

    it('gzip as nginx -> a range is ignored, and the ETag is weak', async () => {
      const { status, response, bytes } = await askWith(gzip(), 'bytes=100-')
      expect([status, response.headers.get('etag')]).toEqual([200, 'W/"v1"'])
      expect(bytes).toEqual(BYTES)
    })

    it('gzip as Apache -> a range is one of the compressed bytes, under another ETag', async () => {
      origin.script(PATH, gzip('compressed'))
      const response = await ask('bytes=100-')
      const [, total] = /^bytes 100-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? []
      expect([response.status, response.headers.get('etag')]).toEqual([206, '"v1-gzip"'])
      expect(Number(total)).not.toBe(1000)
      expect(Number(response.headers.get('content-length'))).toBe(Number(total) - 100)
      await response.body?.cancel().catch(() => {})
    })

    it('resetAfter -> that many bytes at most, then the connection breaks', async () => {
      origin.script(PATH, resetAfter(400))
      await expect(ask().then(bytesOf)).rejects.toThrow(TypeError)
      expect(origin.requests[0]).toMatchObject({ bytesSent: 400, outcome: 'cut' })
    })

    it('endless -> more than the file, over and over, until the client goes', async () => {
      origin.script(PATH, endless())
      const response = await ask()
      const ended = origin.next('end')
      const bytes = await readAtLeast(response, 5000)
      expect(response.headers.get('content-length')).toBeNull()
      expect(bytes.every((byte, at) => byte === BYTES[at % 1000])).toBe(true)
      expect(await ended).toMatchObject({ outcome: 'gone' })
    })

    it.each(['chunked', 'close'] as const)('withoutLength %s -> the whole body, and no length', async (framing) => {
      const { response, bytes } = await askWith(withoutLength(framing))
      expect([response.status, response.headers.get('content-length')]).toEqual([200, null])
      expect(bytes).toEqual(BYTES)
    })

    it('lieAboutLength smaller -> only so many bytes are read', async () => {
      const { response, bytes } = await askWith(lieAboutLength(-100))
      expect(response.headers.get('content-length')).toBe('900')
      expect(bytes).toEqual(BYTES.subarray(0, 900))
    })

    it('lieAboutLength larger -> the connection breaks where more was said', async () => {
      origin.script(PATH, lieAboutLength(100))
      const response = await ask()
      expect(response.headers.get('content-length')).toBe('1100')
      await expect(bytesOf(response)).rejects.toThrow(TypeError)
    })

    it('swap -> what is at another path, with its headers', async () => {
      origin.put('/other.bin', { bytes: 'the other file', etag: '"other"' })
      const { status, range, response, bytes } = await askWith(swap('/other.bin'), 'bytes=4-')
      expect([status, range, response.headers.get('etag')]).toEqual([206, 'bytes 4-13/14', '"other"'])
      expect(new TextDecoder().decode(bytes)).toBe('other file')
      expect((await askWith(swap('/missing'))).status).toBe(404)
    })

    it('inject -> around the body, and counted', async () => {
      const { response, bytes } = await askWith(inject({ before: '<!-- ad -->', after: '!' }))
      expect(response.headers.get('content-length')).toBe('1012')
      expect(new TextDecoder().decode(bytes.subarray(0, 11))).toBe('<!-- ad -->')
      expect(bytes.subarray(11, 1011)).toEqual(BYTES)
      expect(bytes[1011]).toBe('!'.charCodeAt(0))
    })

    it.each([
      [{ start: 0 }, 'bytes 0-19/1000'],
      [{ last: 99 }, 'bytes 10-99/1000'],
      [{ total: 7 }, 'bytes 10-19/7'],
      [{ total: '*' }, 'bytes 10-19/*'],
      ['bytes 999999999999999999999-/x', 'bytes 999999999999999999999-/x'],
      [undefined, null],
    ] as const)('lieAboutRange %j -> %s, and the right bytes', async (lie, said) => {
      const { status, range, bytes } = await askWith(lieAboutRange(lie), 'bytes=10-19')
      expect([status, range]).toEqual([206, said])
      expect(bytes).toEqual(BYTES.subarray(10, 20))
    })

    it('lieAboutRange where no range is said -> nothing', async () => {
      expect(await askWith(lieAboutRange({ total: 7 }))).toMatchObject({ status: 200, range: null })
    })

    it.each([
      [shortBody(4), 6],
      [shortBody(40), 0],
      [longBody(4), 14],
    ] as const)('%o -> Content-Range as asked, another length', async (fault, length) => {
      const { status, range, response, bytes } = await askWith(fault, 'bytes=10-19')
      expect([status, range, response.headers.get('content-length')]).toEqual([206, 'bytes 10-19/1000', String(length)])
      expect(bytes).toEqual(BYTES.subarray(10, 10 + length))
    })

    it('longBody past the end of the file -> zeros', async () => {
      const { bytes } = await askWith(longBody(3), 'bytes=999-')
      expect([...bytes]).toEqual([BYTES[999], 0, 0, 0])
    })

    it('emptyRange -> 206 that ends before it starts, without a byte', async () => {
      expect(await askWith(emptyRange(), 'bytes=1000-')).toMatchObject({
        status: 206,
        range: 'bytes 1000-999/1000',
        bytes: { length: 0 },
      })
    })

    it.each([
      [undefined, 'bytes */1000'],
      [400, 'bytes */400'],
      ['none', null],
    ] as const)('refuseRange %s -> 416, Content-Range %s', async (total, said) => {
      expect(await askWith(refuseRange(total), 'bytes=10-')).toMatchObject({ status: 416, range: said })
    })

    it('badRequestPastEnd -> 400 past the end, 206 before it', async () => {
      expect((await askWith(badRequestPastEnd(), 'bytes=1000-')).status).toBe(400)
      expect((await askWith(badRequestPastEnd(), 'bytes=999-')).status).toBe(206)
    })

    it('unaskedRange -> 206 of the whole file, or of a part', async () => {
      expect(await askWith(unaskedRange())).toMatchObject({ status: 206, range: 'bytes 0-999/1000' })
      expect(await askWith(unaskedRange(10, 20))).toMatchObject({ range: 'bytes 10-19/1000', bytes: { length: 10 } })
    })

    it('multipart without parts -> the range that was asked for, between boundaries', async () => {
      const { status, range, response, bytes } = await askWith(multipart(), 'bytes=0-9')
      expect([status, range]).toEqual([206, null])
      expect(response.headers.get('content-type')).toBe('multipart/byteranges; boundary=plugdock-part')
      expect(response.headers.get('content-length')).toBe(String(bytes.length))
      const head =
        '\r\n--plugdock-part\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 0-9/1000\r\n\r\n'
      expect(new TextDecoder().decode(bytes.subarray(0, head.length))).toBe(head)
      expect(bytes.subarray(head.length, head.length + 10)).toEqual(BYTES.subarray(0, 10))
      expect(new TextDecoder().decode(bytes.subarray(head.length + 10))).toBe('\r\n--plugdock-part--\r\n')
    })

    it('multipart with two parts -> both', async () => {
      const { bytes } = await askWith(multipart([0, 1], [8, 9]), 'bytes=0-9')
      const said = [...new TextDecoder().decode(bytes).matchAll(/Content-Range: (.*)\r/g)].map(([, range]) => range)
      expect(said).toEqual(['bytes 0-1/1000', 'bytes 8-9/1000'])
    })

    it('withEtag -> that one, and If-Range knows no other', async () => {
      origin.script(PATH, withEtag('"b"'), withEtag('"b"'), withEtag(undefined))
      const askIfRange = async (etag: string) => {
        const response = await ask('bytes=1-', { 'if-range': etag })
        await response.body?.cancel()
        return [response.status, response.headers.get('etag')]
      }
      expect(await askIfRange('"v1"')).toEqual([200, '"b"'])
      expect(await askIfRange('"b"')).toEqual([206, '"b"'])
      expect(await askIfRange('"v1"')).toEqual([200, null])
      expect(await askIfRange('"v1"')).toEqual([206, '"v1"'])
    })

    it('flapEtags -> in turn, for every answer from then on', async () => {
      origin.script(PATH, flapEtags('"a"', '"b"'))
      const seen: (string | null)[] = []
      for (let count = 0; count < 3; count++) {
        const response = await ask()
        seen.push(response.headers.get('etag'))
        await response.body?.cancel()
      }
      expect(seen).toEqual(['"a"', '"b"', '"a"'])
    })

    it('refusePreflight -> a preflight is refused, and uses up nothing else', async () => {
      origin.script(PATH, status(503), refusePreflight(), status(404))
      const preflight = await ask(undefined, { 'access-control-request-headers': 'if-range' }, { method: 'OPTIONS' })
      expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([405, null])
      expect((await ask(undefined, {}, { method: 'OPTIONS' })).status).toBe(204)
      expect([(await ask()).status, (await ask()).status]).toEqual([503, 404])
    })

    it('hideHeaders, refuseOrigins -> without the header that would open them', async () => {
      const hidden = await askWith(hideHeaders())
      expect(hidden.response.headers.get('access-control-expose-headers')).toBeNull()
      expect(hidden.response.headers.get('access-control-allow-origin')).toBe('*')
      const refused = await askWith(refuseOrigins())
      expect(refused.response.headers.get('access-control-allow-origin')).toBeNull()
    })

    it('together with another -> in this order', async () => {
      origin.script(PATH, always(together(lieAboutRange({ total: '*' }), header('ETag', undefined), dropAfter(3))))
      const response = await ask('bytes=10-19')
      expect([response.headers.get('content-range'), response.headers.get('etag')]).toEqual(['bytes 10-19/*', null])
      await expect(bytesOf(response)).rejects.toThrow(TypeError)
      expect(origin.requests[0]).toMatchObject({ bytesSent: 3, outcome: 'cut' })
    })

    it('unfinishedChunks -> so many bytes and no length', async () => {
      origin.script(PATH, unfinishedChunks(300))
      const response = await ask()
      expect(response.headers.get('content-length')).toBeNull()
      const ended = origin.next('end')
      await bytesOf(response).catch(() => {})
      expect(origin.requests[0] ?? (await ended)).toMatchObject({ bytesSent: 300, outcome: 'cut' })
    })
  })
}

/** Leaves the rest. */
async function readAtLeast(response: Response, count: number): Promise<number[]> {
  const bytes: number[] = []
  const reader = response.body?.getReader()
  while (bytes.length < count) {
    const step = await reader?.read()
    if (!step || step.done) break
    bytes.push(...step.value)
  }
  await reader?.cancel()
  return bytes
}
