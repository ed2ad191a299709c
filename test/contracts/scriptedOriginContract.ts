import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  always,
  changeEtag,
  corrupt,
  dropAfter,
  hang,
  header,
  html,
  ignoreRange,
  pass,
  redirect,
  refuse,
  stall,
  status,
  together,
  truncate,
  wrongRange,
} from '../../src/testing/faults.js'
import type { ScriptedOrigin } from '../../src/testing/scriptedOrigin.js'

/** The ways in which a scripted origin is asked: by its own `fetch`, and over a socket. */
export interface OriginSubject {
  readonly origin: ScriptedOrigin
  readonly url: string
  readonly fetch: typeof fetch
  dispose(): void | Promise<void>
}

const BYTES = Uint8Array.from({ length: 1000 }, (_, at) => at % 251)
const PATH = '/file.bin'

/** What a scripted origin owes, by whichever way it is asked. */
export function describeScriptedOriginContract(name: string, makeSubject: () => Promise<OriginSubject>): void {
  describe(`the scripted origin ${name}`, () => {
    let subject: OriginSubject
    let origin: ScriptedOrigin

    beforeEach(async () => {
      subject = await makeSubject()
      origin = subject.origin
      origin.put(PATH, BYTES)
    })
    afterEach(() => subject.dispose())

    const ask = (headers: Record<string, string> = {}, init: RequestInit = {}, path = PATH) =>
      subject.fetch(subject.url + path, { headers, ...init })
    const askRange = (range: string, headers: Record<string, string> = {}) => ask({ range, ...headers })
    const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

    describe('keeps to the rules', () => {
      it('GET -> 200 with length, type and a strong ETag', async () => {
        const response = await ask()
        expect([response.status, Object.fromEntries(response.headers)]).toMatchObject([
          200,
          {
            'content-length': '1000',
            'content-type': 'application/octet-stream',
            'accept-ranges': 'bytes',
            etag: '"v1"',
          },
        ])
        expect(await bytesOf(response)).toEqual(BYTES)
      })

      it.each([
        ['bytes=0-', 0, 1000],
        ['bytes=10-', 10, 1000],
        ['bytes=10-19', 10, 20],
        ['bytes=990-5000', 990, 1000],
        ['bytes=-5', 995, 1000],
      ])('%s -> 206 with that part', async (range, start, end) => {
        const response = await askRange(range)
        expect(response.status).toBe(206)
        expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`)
        expect(await bytesOf(response)).toEqual(BYTES.subarray(start, end))
      })

      it('past the end -> 416 with the size', async () => {
        const response = await askRange('bytes=1000-')
        expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */1000'])
        expect(await bytesOf(response)).toHaveLength(0)
      })

      it.each(['bytes=0-1,5-6', 'bytes=-', 'lines=1-2', 'nonsense'])(
        '%s -> 200, as if it were not there',
        async (range) => {
          const response = await askRange(range)
          expect(response.status).toBe(200)
          await response.body?.cancel()
        },
      )

      it.each([
        ['"v1"', 206],
        ['"other"', 200],
        ['W/"v1"', 200],
        ['Wed, 21 Oct 2015 07:28:00 GMT', 206],
        ['Wed, 21 Oct 2015 07:28:01 GMT', 200],
      ])('If-Range %s -> %i', async (ifRange, expected) => {
        origin.put(PATH, { bytes: BYTES, etag: '"v1"', lastModified: 'Wed, 21 Oct 2015 07:28:00 GMT' })
        const response = await askRange('bytes=1-', { 'if-range': ifRange })
        expect(response.status).toBe(expected)
        await response.body?.cancel()
      })

      it('a weak ETag, or none -> If-Range never matches', async () => {
        origin.put(PATH, { bytes: BYTES, etag: 'W/"v1"' })
        expect((await askRange('bytes=1-', { 'if-range': 'W/"v1"' })).status).toBe(200)
        origin.put(PATH, { bytes: BYTES, etag: null })
        const response = await ask()
        expect(response.headers.get('etag')).toBeNull()
        await response.body?.cancel()
      })

      it('HEAD -> the headers only', async () => {
        const response = await ask({}, { method: 'HEAD' })
        expect([response.status, response.headers.get('content-length')]).toEqual([200, '1000'])
        expect(await bytesOf(response)).toHaveLength(0)
        expect(origin.bytesSent()).toBe(0)
      })

      it('a preflight -> allowed what it asked for, and no fault is used up', async () => {
        origin.script(PATH, status(500))
        const preflight = { 'access-control-request-headers': 'if-range', 'access-control-request-method': 'GET' }
        const response = await ask(preflight, { method: 'OPTIONS' })
        expect([response.status, response.headers.get('access-control-allow-headers')]).toEqual([204, 'if-range'])
        expect((await ask()).status).toBe(500)
      })

      it('cross-origin code -> sees ETag, Content-Range and Retry-After', async () => {
        const response = await ask()
        const exposed = response.headers.get('access-control-expose-headers') ?? ''
        expect(exposed.split(', ')).toEqual(expect.arrayContaining(['etag', 'content-range', 'retry-after']))
        expect(response.headers.get('access-control-allow-origin')).toBe('*')
        await response.body?.cancel()
      })

      it('nothing there, removed, or another method -> 404, 404, 405', async () => {
        expect((await ask({}, {}, '/missing')).status).toBe(404)
        expect((await ask({}, { method: 'DELETE' })).status).toBe(405)
        origin.remove(PATH)
        expect((await ask()).status).toBe(404)
      })

      it('a query -> the file of the path, unless the query has one of its own', async () => {
        origin.put(`${PATH}?v=2`, 'second')
        expect(await (await ask({}, {}, `${PATH}?v=2`)).text()).toBe('second')
        expect(await bytesOf(await ask({}, {}, `${PATH}?token=1`))).toEqual(BYTES)
        expect(origin.bytesSent(PATH)).toBe(1006)
      })

      it('put again -> the new bytes and another ETag', async () => {
        origin.put(PATH, 'new')
        const response = await ask()
        expect([response.headers.get('etag'), await response.text()]).toEqual(['"v2"', 'new'])
      })
    })

    describe('does what it is told', () => {
      it('faults -> one a request, in order; then all is well', async () => {
        origin.script(
          PATH,
          status(500),
          pass(),
          status(503, { retryAfter: 7, body: '<p>busy', contentType: 'text/html' }),
        )
        expect((await ask()).status).toBe(500)
        expect((await ask()).status).toBe(200)
        const busy = await ask()
        expect([
          busy.status,
          busy.headers.get('retry-after'),
          busy.headers.get('content-type'),
          await busy.text(),
        ]).toEqual([503, '7', 'text/html', '<p>busy'])
        expect((await ask()).status).toBe(200)
      })

      it('always -> every request from then on, until it is unscripted', async () => {
        origin.script(PATH, pass(), always(status(404)))
        expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 404, 404])
        origin.unscript(PATH)
        expect((await ask()).status).toBe(200)
      })

      it('dropAfter -> that many bytes, then the connection breaks', async () => {
        origin.script(PATH, dropAfter(400))
        const { bytes, error } = await readUntilEnd(await ask())
        expect(bytes).toEqual(BYTES.subarray(0, 400))
        expect(error).toBeInstanceOf(TypeError)
        expect(origin.requests[0]).toMatchObject({ bytesSent: 400, outcome: 'cut' })
      })

      it('truncate -> that many bytes, then a clean end without a length', async () => {
        origin.script(PATH, truncate(400))
        const response = await ask()
        expect(response.headers.get('content-length')).toBeNull()
        expect(await bytesOf(response)).toEqual(BYTES.subarray(0, 400))
      })

      it('stalled and released -> goes on to its end; stalled and cut -> breaks off', async () => {
        origin.script(PATH, stall(400), stall(400))
        for (const end of ['release', 'cut'] as const) {
          const stalled = origin.next('stall', PATH)
          const response = await ask()
          const body = bytesOf(response)
          body.catch(() => {})
          await stalled
          origin[end](PATH)
          if (end === 'release') expect(await body).toEqual(BYTES)
          else await expect(body).rejects.toThrow()
        }
      })

      it('stall -> that many bytes, then nothing until the client goes', async () => {
        origin.script(PATH, stall(400))
        const stalled = origin.next('stall', PATH)
        const controller = new AbortController()
        const read = readUntilEnd(await ask({}, { signal: controller.signal }))
        expect(await stalled).toMatchObject({ bytesSent: 400, outcome: 'open' })
        const ended = origin.next('end')
        controller.abort()
        expect(await ended).toMatchObject({ outcome: 'gone' })
        expect((await read).error).toMatchObject({ name: 'AbortError' })
      })

      it.each([
        ['drop', dropAfter, 'cut'],
        ['stall', stall, 'cut'],
      ] as const)('disturbed by a %s while it sends -> goes no further', async (_name, faultAfter, outcome) => {
        const size = 32 * 1024 * 1024
        origin.put('/big', new Uint8Array(size))
        const body = bytesOf(await ask({}, {}, '/big'))
        body.catch(() => {})
        const ended = origin.next('end', '/big')
        origin.disturb((bytesSent) => faultAfter(bytesSent), '/other')
        const stalled = faultAfter === stall ? origin.next('stall', '/big') : undefined
        origin.disturb((bytesSent) => faultAfter(bytesSent), '/big')
        await stalled
        origin.cut('/big')
        expect(await ended).toMatchObject({ outcome })
        expect(origin.bytesSent('/big')).toBeLessThan(size)
        await expect(body).rejects.toThrow()
      })

      it('disturbed by damage while it sends -> one byte is another, and the next answer is whole', async () => {
        const size = 32 * 1024 * 1024
        origin.put('/big', new Uint8Array(size))
        const response = await ask({}, {}, '/big')
        origin.disturb(() => corrupt(size - 5))
        expect((await bytesOf(response)).findIndex((byte) => byte !== 0)).toBe(size - 5)
        expect((await bytesOf(await ask({}, {}, '/big'))).findIndex((byte) => byte !== 0)).toBe(-1)
      })

      it('hang -> no headers until the client goes', async () => {
        origin.script(PATH, hang())
        const stalled = origin.next('stall')
        const controller = new AbortController()
        const asking = expect(ask({}, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' })
        await stalled
        const ended = origin.next('end')
        controller.abort()
        await asking
        expect(await ended).toMatchObject({ outcome: 'gone', bytesSent: 0 })
      })

      it('refuse -> fetch rejects as for a network failure', async () => {
        origin.script(PATH, refuse())
        await expect(ask()).rejects.toThrow(TypeError)
        expect(origin.requests[0]).toMatchObject({ outcome: 'cut' })
      })

      it('ignoreRange -> 200 and the whole file', async () => {
        origin.script(PATH, ignoreRange())
        const response = await askRange('bytes=100-')
        expect([response.status, response.headers.get('content-range')]).toEqual([200, null])
        expect(await bytesOf(response)).toEqual(BYTES)
      })

      it('wrongRange -> 206 from elsewhere, and says so', async () => {
        origin.script(PATH, wrongRange(0))
        const response = await askRange('bytes=100-')
        expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 0-999/1000'])
        expect(await bytesOf(response)).toEqual(BYTES)
      })

      it('corrupt -> that byte of the file differs, where the answer holds it', async () => {
        origin.script(PATH, always(corrupt(500)))
        const part = await bytesOf(await askRange('bytes=400-'))
        expect([...part.entries()].filter(([at, byte]) => byte !== BYTES[400 + at]).map(([at]) => at)).toEqual([100])
        expect(await bytesOf(await askRange('bytes=501-'))).toEqual(BYTES.subarray(501))
      })

      it('changeEtag -> the validator is stale from then on, with the same bytes', async () => {
        origin.script(PATH, changeEtag())
        const response = await askRange('bytes=100-', { 'if-range': '"v1"' })
        expect([response.status, response.headers.get('etag')]).toEqual([200, '"v1-changed"'])
        expect(await bytesOf(response)).toEqual(BYTES)
        expect((await askRange('bytes=100-', { 'if-range': '"v1-changed"' })).status).toBe(206)
      })

      it('redirect -> shown to who wants to see it, followed for who does not', async () => {
        origin.script('/old', always(redirect(PATH, 307)))
        const shown = await ask({}, { redirect: 'manual' }, '/old')
        expect([shown.status, shown.headers.get('location')]).toEqual([307, PATH])
        const followed = await ask({}, {}, '/old')
        expect([followed.status, followed.redirected, followed.url]).toEqual([200, true, subject.url + PATH])
        await followed.body?.cancel()
      })

      it('html -> a page instead of the file', async () => {
        origin.script(PATH, html())
        const response = await ask()
        expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html'])
        expect(await response.text()).toContain('<!doctype html>')
      })

      it('header -> another one, or none', async () => {
        origin.script(PATH, header('ETag', undefined), header('X-Extra', 'yes'))
        expect((await ask()).headers.get('etag')).toBeNull()
        expect((await ask()).headers.get('x-extra')).toBe('yes')
      })

      it('together -> both', async () => {
        origin.script(PATH, together(ignoreRange(), dropAfter(50)))
        const response = await askRange('bytes=100-')
        expect(response.status).toBe(200)
        expect((await readUntilEnd(response)).bytes).toEqual(BYTES.subarray(0, 50))
      })
    })

    describe('tells what happened', () => {
      it('requests -> method, path, headers and bytes, oldest first', async () => {
        await bytesOf(await askRange('bytes=10-19', { 'x-app': '1' }))
        await bytesOf(await ask())
        expect(origin.requests).toMatchObject([
          {
            method: 'GET',
            path: PATH,
            headers: { range: 'bytes=10-19', 'x-app': '1' },
            bytesSent: 10,
            outcome: 'complete',
          },
          { method: 'GET', path: PATH, bytesSent: 1000, outcome: 'complete' },
        ])
        expect([origin.bytesSent(), origin.bytesSent(PATH), origin.bytesSent('/other')]).toEqual([1010, 1010, 0])
        origin.forgetRequests()
        expect([origin.requests, origin.bytesSent()]).toEqual([[], 0])
      })

      it('nobody reads -> much less than the file was sent', async () => {
        const size = 64 * 1024 * 1024
        origin.put('/big', new Uint8Array(size))
        const response = await ask({}, {}, '/big')
        const reader = response.body?.getReader()
        await reader?.read()
        expect(origin.bytesSent()).toBeLessThan(size / 4)
        const ended = origin.next('end', '/big')
        await reader?.cancel()
        expect(await ended).toMatchObject({ outcome: 'gone' })
      })
    })
  })
}

async function readUntilEnd(response: Response): Promise<{ bytes: Uint8Array; error?: unknown }> {
  const pieces: number[] = []
  const reader = response.body?.getReader()
  try {
    for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) pieces.push(...step.value)
    return { bytes: Uint8Array.from(pieces) }
  } catch (error) {
    return { bytes: Uint8Array.from(pieces), error }
  }
}
