import { type ChunkMap, DEFAULT_CHUNK_LENGTH } from '../domain/chunks.js'
import { IntegrityError, NetworkError } from '../domain/errors/index.js'
import { toFailure } from '../domain/failure.js'
import { matchesIntegrity } from '../domain/integrity.js'
import type { Validator } from '../ports/transferEngine.js'
import { webPageError } from './answer.js'
import { endedEarly, type OpenStream, openPart, openStream } from './download.js'
import type { Mirror } from './mirrors.js'
import { recover } from './recover.js'
import type { TransferOrder, TransferPorts } from './transferOrder.js'
import { WholeTally } from './wholeTally.js'

/** Fewer bytes than this prove no progress: a server that gives a few per attempt is not tried for ever. */
const GAIN_MIN_BYTES = DEFAULT_CHUNK_LENGTH
/** A mirror that gave the bytes so far is left for one that has to start over when it failed so often. */
const FAILURES_BEFORE_OTHERS = 2

/**
 * A bundle of which only the whole digest is known. It is resumed only behind a strong, visible validator; a digest
 * that does not match costs exactly one clean restart.
 */
export async function transferWhole(order: TransferOrder, ports: TransferPorts): Promise<ChunkMap> {
  const { session } = order
  const first = await attempt(order, ports)
  if (first.map) return first.map
  if (session.hasRestarted) throw wrongBytes(first.url)
  session.hasRestarted = true
  session.mostBytes = 0
  const second = await attempt({ ...order, validator: undefined }, ports)
  if (second.map) return second.map
  throw wrongBytes(second.url)
}

function wrongBytes(url: string): IntegrityError {
  const host = new URL(url).host || url
  const message = `${host} sends other bytes than the manifest describes (the digest of the whole differs)`
  return new IntegrityError(message, { url })
}

/** Without `map` all bytes came, and the digest does not match: they were dropped. */
interface Attempted {
  readonly map?: ChunkMap
  readonly url: string
}

async function attempt(order: TransferOrder, ports: TransferPorts): Promise<Attempted> {
  const { session, size, integrity, meter } = order
  const tally = new WholeTally(order, ports)
  const kept = keptSource(order)
  if (kept) await tally.readStored()
  meter.bytesDownloaded = tally.length
  session.mostBytes = Math.max(session.mostBytes, tally.length)
  const isThere = kept && tally.length === size
  const { mirror, isPage } = isThere
    ? { mirror: kept.mirror, isPage: false }
    : await fetchRest(kept, tally, order, ports)
  if (tally.length === size && matchesIntegrity(integrity, tally.digest())) {
    return { map: await tally.chunkMap(), url: mirror.url }
  }
  await discard(order)
  if (isPage) throw webPageError(mirror.url)
  mirror.demote()
  return { url: mirror.url }
}

async function discard(order: TransferOrder): Promise<void> {
  await order.partial.truncate(0)
  await order.keepValidator(undefined)
  order.meter.bytesDownloaded = 0
}

/** The mirror that gave what the partial holds, and the proof that it still has the same file. */
interface KeptSource {
  readonly mirror: Mirror
  readonly validator: Validator
}

function keptSource({ validator, partial, session }: TransferOrder): KeptSource | undefined {
  const mirror = validator && partial.size > 0 ? session.mirrors.find(validator.url) : undefined
  if (!validator || !mirror) return undefined
  const isGivenUp = mirror.failuresInARow >= FAILURES_BEFORE_OTHERS && session.mirrors.best() !== mirror
  return isGivenUp ? undefined : { mirror, validator }
}

/** Where the bytes came from. */
interface WholeSource {
  readonly mirror: Mirror
  /** Whether they call themselves a web page. */
  readonly isPage: boolean
}

/** The next mirror takes over at once, unless that would cost bytes; when all of them failed, the attempt fails. */
async function fetchRest(
  kept: KeptSource | undefined,
  tally: WholeTally,
  order: TransferOrder,
  ports: TransferPorts,
): Promise<WholeSource> {
  const { mirrors } = order.session
  let mirror = kept?.mirror ?? mirrors.best()
  for (let failed = 0; ; mirror = mirrors.best()) {
    const { url } = mirror
    try {
      const resumed = mirror === kept?.mirror && tally.length > 0 ? kept.validator : undefined
      return { mirror, isPage: await request(mirror, resumed, tally, order, ports) }
    } catch (thrown) {
      order.signal.throwIfAborted()
      const failure = await recover(thrown, mirror, url, order)
      order.signal.throwIfAborted()
      if (!failure) continue
      mirror.noteFailure()
      failed++
      if (failed >= mirrors.count || (tally.length > 0 && toFailure(failure).retryable)) throw failure
    }
  }
}

/** One request, to the end of the file. Returns whether the answer calls itself a web page. */
async function request(
  mirror: Mirror,
  resumed: Validator | undefined,
  tally: WholeTally,
  order: TransferOrder,
  ports: TransferPorts,
): Promise<boolean> {
  const { slots, connections, session, signal } = order
  const holder = { job: session, giveWay: () => {} }
  const slot = await slots.take(new URL(mirror.url).origin, connections.perOrigin, holder, signal)
  try {
    return await readRest(mirror, resumed, tally, order, ports)
  } finally {
    slot.release()
  }
}

async function readRest(
  mirror: Mirror,
  resumed: Validator | undefined,
  tally: WholeTally,
  order: TransferOrder,
  ports: TransferPorts,
): Promise<boolean> {
  const { url } = mirror
  const stream = await openRest(mirror, resumed, tally, order, ports)
  try {
    const isStartedOver = stream.offset !== tally.length || !resumed
    if (isStartedOver && tally.length > 0 && stream.isPage) throw webPageError(url)
    if (isStartedOver && resumed) order.session.distrustsValidators = true
    if (isStartedOver) await tally.startOver()
    const validator = stream.etag === undefined ? undefined : { url: mirror.claimed, etag: stream.etag }
    // what comes while it is written would be lost with the connection
    const [reading, keeping] = await Promise.allSettled([
      readAll(stream, mirror, tally, order),
      order.keepValidator(validator),
    ])
    if (reading.status === 'rejected') throw reading.reason
    if (keeping.status === 'rejected') throw keeping.reason
    return stream.isPage
  } finally {
    await stream.close()
  }
}

async function openRest(
  mirror: Mirror,
  resumed: Validator | undefined,
  tally: WholeTally,
  order: TransferOrder,
  ports: TransferPorts,
): Promise<OpenStream> {
  const { url } = mirror
  const { session, signal } = order
  if (mirror.sendsWholeOnly) return openStream({ url, signal }, order, ports)
  const open = (offset: number): Promise<OpenStream> =>
    openPart({ url, range: { offset }, signal }, mirror, order, ports)
  if (!resumed) return open(0)
  // two servers under one name may never agree on an ETag: then the digest alone decides
  if (session.distrustsValidators) return open(tally.length)
  try {
    return await openStream({ url, range: { offset: tally.length }, ifRange: resumed.etag, signal }, order, ports)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof NetworkError) || mirror.failuresInARow === 0) throw error
    // a page may be refused the condition, by a preflight; and without it the digest decides as well
    const stream = await open(tally.length)
    if (stream.etag === undefined || stream.etag === resumed.etag) return stream
    await stream.close()
    return open(0)
  }
}

async function readAll(stream: OpenStream, mirror: Mirror, tally: WholeTally, order: TransferOrder): Promise<void> {
  const slab = new Uint8Array(DEFAULT_CHUNK_LENGTH)
  let filled = 0
  try {
    while (tally.length + filled < order.size) {
      const room = Math.min(slab.length, order.size - tally.length)
      const count = await stream.readInto(slab.subarray(filled, room))
      if (count === 0) throw endedEarly(stream, mirror)
      filled += count
      if (filled < room) continue
      await tally.append(slab.subarray(0, filled))
      filled = 0
    }
  } finally {
    await tally.append(slab.subarray(0, filled))
    noteGain(tally.length, mirror, order)
  }
}

/** Only what exceeds all that was ever there is progress: a server may send the same half for ever. */
function noteGain(length: number, mirror: Mirror, { session }: TransferOrder): void {
  const gained = length - session.mostBytes
  session.mostBytes = Math.max(session.mostBytes, length)
  if (gained < GAIN_MIN_BYTES) return
  session.gainedBytes += gained
  mirror.praise()
}
