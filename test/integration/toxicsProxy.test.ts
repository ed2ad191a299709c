import { createHash } from 'node:crypto'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createToxicsProxy, type ToxicsProxy, type ToxicsProxyOptions } from '../../src/testing/createToxicsProxy.js'
import { createScriptedOrigin, seededBytes } from '../../src/testing/index.js'
import { createVirtualClock, type VirtualClock } from '../../src/testing/virtualClock.js'

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openProxy(options: ToxicsProxyOptions): Promise<ToxicsProxy> {
  const proxy = await createToxicsProxy(options)
  closers.push(proxy.close)
  return proxy
}

/** A server that hands out its end of every connection. */
async function openUpstream(onConnection: (socket: Socket) => void = () => {}) {
  const sockets: Socket[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0, sockets }
}

interface Heard {
  readonly bytes: Uint8Array
  readonly error: unknown
}

/** Reads byte by byte or so: after a read that its buffer was too large for, libuv takes a reset for an end. */
function openClient(proxy: ToxicsProxy, bufferBytes = 1) {
  const pieces: Uint8Array[] = []
  const buffer = new Uint8Array(bufferBytes)
  let error: unknown
  const callback = (count: number) => {
    pieces.push(buffer.slice(0, count))
    return true
  }
  const socket = connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true, onread: { buffer, callback } })
  socket.on('error', (cause) => {
    error = cause
  })
  socket.on('end', () => socket.end())
  closers.push(() => void socket.destroy())
  const heard = new Promise<Heard>((resolve) => {
    socket.on('close', () => resolve({ bytes: Buffer.concat(pieces), error }))
  })
  return { socket, heard, soFar: () => Buffer.concat(pieces) }
}

/** Lets the event loop turn until it is so. */
async function until(clock: VirtualClock, isSo: () => boolean): Promise<void> {
  while (!isSo()) await clock.settle()
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const TEXT = 'abcdefghij'

describe('the proxy without toxics', () => {
  it('HTTP through it -> the bytes of the origin, and both directions are counted', async () => {
    const origin = createScriptedOrigin()
    const bytes = seededBytes(3_000_000, 'proxied')
    origin.put('/file.bin', bytes)
    const listening = await origin.listen()
    closers.push(listening.close)
    const proxy = await openProxy({ upstream: listening.url })
    expect(new URL(proxy.url).protocol).toBe('http:')
    const body = await (await fetch(`${proxy.url}/file.bin`)).arrayBuffer()
    expect(digestOf(new Uint8Array(body))).toBe(digestOf(bytes))
    expect(proxy.bytes.downstream).toBeGreaterThan(bytes.length)
    expect(proxy.bytes.upstream).toBeGreaterThan(0)
    expect(proxy.connections).toMatchObject([{ id: 0, bytes: proxy.bytes }])
  })

  it('one side ends -> it is told to the other, which may go on', async () => {
    const upstream = await openUpstream((socket) => {
      socket.on('end', () => socket.end('late')).resume()
    })
    const proxy = await openProxy({ upstream })
    const closed = proxy.next('close')
    const { socket, heard } = openClient(proxy)
    socket.end('early')
    expect(await heard).toMatchObject({ bytes: Buffer.from('late'), error: undefined })
    expect(await closed).toMatchObject({ outcome: 'ended', bytes: { upstream: 5, downstream: 4 } })
  })

  it.each(['client', 'server'])('the %s resets -> so it is to the other side', async (side) => {
    const upstream = await openUpstream()
    const proxy = await openProxy({ upstream })
    const { socket, heard } = openClient(proxy)
    await proxy.next('connection')
    socket.write('x')
    await proxy.next('data')
    const server = upstream.sockets[0]
    const told = new Promise<unknown>((resolve) => server?.on('error', resolve))
    const closed = proxy.next('close')
    server?.resume()
    if (side === 'client') {
      socket.resetAndDestroy()
      expect(await told).toMatchObject({ code: 'ECONNRESET' })
    } else {
      server?.resetAndDestroy()
      expect((await heard).error).toMatchObject({ code: 'ECONNRESET' })
    }
    expect(await closed).toMatchObject({ outcome: 'broken' })
  })

  it('nobody is upstream -> the connection breaks', async () => {
    const upstream = await openUpstream()
    const proxy = await openProxy({ upstream: { host: '127.0.0.1', port: upstream.port } })
    await closers.shift()?.()
    const closed = proxy.next('close')
    openClient(proxy)
    expect(await closed).toMatchObject({ outcome: 'broken', bytes: { upstream: 0, downstream: 0 } })
  })

  it('the client reads nothing -> the upstream is slowed, and little is held', async () => {
    const size = 256 * 1024 * 1024
    let sent = 0
    const upstream = await openUpstream((socket) => {
      const piece = new Uint8Array(1024 * 1024)
      const send = () => {
        while (sent < size && socket.write(piece)) sent += piece.length
        sent += sent < size ? piece.length : 0
      }
      socket.on('drain', send)
      send()
    })
    const proxy = await openProxy({ upstream })
    const client = connect(proxy.port, '127.0.0.1').pause()
    closers.push(() => void client.destroy())
    const clock = createVirtualClock()
    let before = -1
    // as long as anything moves
    for (let quiet = 0; quiet < 50; quiet = before === sent ? quiet + 1 : 0) {
      before = sent
      await clock.settle()
    }
    expect(sent).toBeLessThan(size / 4)
    expect(proxy.bytes.downstream).toBeLessThanOrEqual(sent)
  })

  it('closed while somebody waits -> the client hears the end', async () => {
    const proxy = await openProxy({ upstream: await openUpstream() })
    const { heard } = openClient(proxy)
    await proxy.next('connection')
    await proxy.close()
    expect(await heard).toMatchObject({ bytes: { length: 0 } })
    expect(proxy.connections).toMatchObject([{ outcome: 'cut' }])
  })
})

describe('toxics by bytes', () => {
  const serveAll = (bytes: Uint8Array) => openUpstream((socket) => socket.end(bytes))

  it.each([0, 1, 65_536, 100_001])('limit_data %i -> exactly so many bytes, then the end', async (limit) => {
    const bytes = seededBytes(300_000, 'limited')
    const proxy = await openProxy({ upstream: await serveAll(bytes) })
    await proxy.add({ type: 'limit_data', bytes: limit })
    const { heard } = openClient(proxy, 4096)
    const { bytes: got, error } = await heard
    expect([got.length, error]).toEqual([limit, undefined])
    expect(digestOf(got)).toBe(digestOf(bytes.subarray(0, limit)))
    expect(proxy.connections).toMatchObject([{ outcome: 'cut', bytes: { downstream: limit } }])
  })

  it('limit_data upstream -> the server gets no more', async () => {
    const heard: Buffer[] = []
    let tellEnd = () => {}
    const ended = new Promise<void>((resolve) => {
      tellEnd = resolve
    })
    const upstream = await openUpstream((socket) =>
      socket.on('data', (piece) => heard.push(piece)).on('end', () => tellEnd()),
    )
    const proxy = await openProxy({ upstream })
    await proxy.add({ type: 'limit_data', bytes: 3, direction: 'upstream' })
    openClient(proxy).socket.write(TEXT)
    await ended
    expect(Buffer.concat(heard).toString()).toBe('abc')
  })

  it('reset_peer after bytes -> RST when exactly so many were handed on', async () => {
    const proxy = await openProxy({ upstream: await serveAll(seededBytes(3_000_000, 'reset')) })
    await proxy.add({ type: 'reset_peer', afterBytes: 1_000_000 })
    const { heard } = openClient(proxy)
    const { bytes, error } = await heard
    expect(error).toMatchObject({ code: 'ECONNRESET' })
    expect(bytes.length).toBeLessThanOrEqual(1_000_000)
    expect(proxy.connections).toMatchObject([{ outcome: 'reset', bytes: { downstream: 1_000_000 } }])
  })

  it('slicer -> pieces of about the size that was asked for, and the same bytes', async () => {
    const upstream = await openUpstream()
    const proxy = await openProxy({ upstream })
    await proxy.add({ type: 'slicer', averageBytes: 10, variationBytes: 5 })
    const { heard } = openClient(proxy)
    await proxy.next('connection')
    const counts: number[] = []
    const closed = proxy.next('close')
    const bytes = seededBytes(1000, 'sliced')
    await untilConnected(upstream.sockets)
    upstream.sockets[0]?.end(bytes)
    for (let sum = 0; sum < 1000; ) {
      const now = (await proxy.next('data')).bytes.downstream
      counts.push(now - sum)
      sum = now
    }
    expect(digestOf((await heard).bytes)).toBe(digestOf(bytes))
    expect(counts.slice(0, -1).every((count) => count >= 5 && count <= 15)).toBe(true)
    expect(new Set(counts).size).toBeGreaterThan(3)
    expect(await closed).toMatchObject({ outcome: 'ended' })
  })

  it('toxicity -> some connections, the same ones for the same seed', async () => {
    const outcomesWith = async (seed: number) => {
      const proxy = await openProxy({ upstream: await serveAll(seededBytes(20, 'toxic')), seed })
      await proxy.add({ type: 'limit_data', bytes: 5, toxicity: 0.5 })
      const lengths: number[] = []
      for (let count = 0; count < 20; count++) lengths.push((await openClient(proxy, 64).heard).bytes.length)
      return lengths
    }
    const [first, again, other] = [await outcomesWith(7), await outcomesWith(7), await outcomesWith(8)]
    expect([...new Set(first)].sort()).toEqual([20, 5])
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })
})

describe('toxics by time', () => {
  const setUp = async (options: Partial<ToxicsProxyOptions> = {}) => {
    const clock = createVirtualClock()
    const upstream = await openUpstream()
    const proxy = await openProxy({ upstream, clock, ...options })
    const client = openClient(proxy, 4096)
    await proxy.next('connection')
    await untilConnected(upstream.sockets)
    const server = upstream.sockets[0]
    if (!server) throw new Error('nobody came')
    return { clock, proxy, server, ...client, text: () => client.soFar().toString() }
  }

  it('latency -> later by so much, and what came meanwhile is not later still', async () => {
    const { clock, proxy, server, text } = await setUp()
    await proxy.add({ type: 'latency', latencyMs: 200 })
    server.write('one')
    await until(clock, () => clock.pendingTimers === 1)
    await clock.advance(150)
    await new Promise((resolve) => server.write('two', resolve))
    await clock.settle()
    await clock.advance(49)
    expect(text()).toBe('')
    await clock.advance(1)
    await until(clock, () => text() === 'one')
    await until(clock, () => clock.pendingTimers === 1)
    await clock.advance(150)
    await until(clock, () => text() === 'onetwo')
  })

  it('latency with jitter -> within its bounds, and not always the same', async () => {
    const { clock, proxy, server } = await setUp()
    await proxy.add({ type: 'latency', latencyMs: 100, jitterMs: 50 })
    const delays: number[] = []
    for (let count = 0; count < 20; count++) {
      const startedAtMs = clock.monotonic()
      const forwarded = proxy.next('data')
      server.write('x')
      await until(clock, () => clock.pendingTimers === 1)
      await clock.advanceToNext()
      await forwarded
      delays.push(clock.monotonic() - startedAtMs)
    }
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(50)
    expect(Math.max(...delays)).toBeLessThanOrEqual(150)
    expect(new Set(delays).size).toBeGreaterThan(10)
  })

  it('latency is removed while bytes wait -> they go on at once', async () => {
    const { clock, proxy, server, text } = await setUp()
    await proxy.add({ type: 'latency', latencyMs: 3_600_000 })
    server.write(TEXT)
    await until(clock, () => clock.pendingTimers === 1)
    await proxy.remove()
    await until(clock, () => text() === TEXT)
    expect([proxy.toxics, clock.pendingTimers]).toEqual([[], 0])
  })

  it('latency upstream -> only that way', async () => {
    const { clock, proxy, server, socket, text } = await setUp()
    await proxy.add({ type: 'latency', latencyMs: 100, direction: 'upstream' })
    const heard: Buffer[] = []
    server.on('data', (piece) => heard.push(piece))
    server.write(TEXT)
    await until(clock, () => text() === TEXT)
    socket.write('ask')
    await until(clock, () => clock.pendingTimers === 1)
    expect(heard).toEqual([])
    await clock.advance(100)
    await until(clock, () => Buffer.concat(heard).toString() === 'ask')
  })

  it('bandwidth -> so many bytes a second, until it is changed', async () => {
    const { clock, proxy, server, soFar } = await setUp()
    const slow = { type: 'bandwidth', bytesPerSecond: 1000 } as const
    await proxy.add(slow)
    server.write(new Uint8Array(10_000))
    for (let passedMs = 0; passedMs < 3000; passedMs += 50) {
      await until(clock, () => clock.pendingTimers === 1)
      expect(proxy.bytes.downstream).toBe(passedMs)
      await clock.advance(50)
    }
    await proxy.remove(slow)
    await until(clock, () => soFar().length === 10_000)
  })

  it('slicer with a delay -> each piece after it', async () => {
    const { clock, proxy, server, text } = await setUp()
    await proxy.add({ type: 'slicer', averageBytes: 4, delayMs: 10 })
    server.write(TEXT)
    for (const length of [0, 4, 8]) {
      await until(clock, () => clock.pendingTimers === 1)
      expect(proxy.bytes.downstream).toBe(length)
      await clock.advance(10)
    }
    await until(clock, () => text() === TEXT)
  })

  it('slow_close -> the bytes at once, the end later', async () => {
    const { clock, proxy, server, heard, socket, text } = await setUp()
    await proxy.add({ type: 'slow_close', delayMs: 5000 })
    let hasEnded = false
    socket.on('end', () => {
      hasEnded = true
    })
    server.end(TEXT)
    await until(clock, () => text() === TEXT && clock.pendingTimers === 1)
    await clock.advance(4999)
    expect(hasEnded).toBe(false)
    await clock.advance(1)
    expect((await heard).error).toBeUndefined()
  })

  it('timeout -> nothing goes through, then the connection is cut', async () => {
    const { clock, proxy, server, heard } = await setUp()
    await proxy.add({ type: 'timeout', timeoutMs: 1000 })
    server.write(TEXT)
    await clock.advance(999)
    expect(proxy.connections).toMatchObject([{ outcome: 'open' }])
    await clock.advance(1)
    expect(await heard).toMatchObject({ bytes: { length: 0 } })
    expect(proxy.connections).toMatchObject([{ outcome: 'cut' }])
  })

  it('timeout without a time is removed -> what was held goes on', async () => {
    const { clock, proxy, server, text } = await setUp()
    const black = { type: 'timeout' } as const
    await proxy.add(black)
    server.write(TEXT)
    await clock.advance(24 * 3_600_000)
    expect([text(), clock.pendingTimers]).toEqual(['', 0])
    await proxy.remove(black)
    await until(clock, () => text() === TEXT)
  })

  it('reset_peer -> RST at once, or after its time', async () => {
    const later = await setUp()
    await later.proxy.add({ type: 'reset_peer', afterMs: 500 })
    later.server.write(TEXT)
    await until(later.clock, () => later.text() === TEXT)
    await later.clock.advance(500)
    expect((await later.heard).error).toMatchObject({ code: 'ECONNRESET' })
    expect(later.proxy.connections).toMatchObject([{ outcome: 'reset' }])
    const atOnce = await setUp()
    await atOnce.proxy.add({ type: 'reset_peer' })
    await atOnce.clock.advance(0)
    expect((await atOnce.heard).error).toMatchObject({ code: 'ECONNRESET' })
  })

  it('down -> what is open is cut and new ones are refused, until it is removed', async () => {
    const { proxy, heard, clock } = await setUp()
    await proxy.add({ type: 'down' })
    expect((await heard).bytes).toHaveLength(0)
    expect((await openClient(proxy).heard).error).toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.remove()
    const came = proxy.next('connection')
    const { socket } = openClient(proxy)
    expect(await came).toMatchObject({ id: 1, outcome: 'open' })
    socket.destroy()
    expect(clock.pendingTimers).toBe(0)
  })
})

async function untilConnected(sockets: readonly Socket[]): Promise<void> {
  await until(createVirtualClock(), () => sockets.length > 0)
}
