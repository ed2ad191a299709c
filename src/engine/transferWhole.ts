import type { Bytes } from '../domain/bytes.js'
import { ChunkMap, DEFAULT_CHUNK_LENGTH, DIGEST_LENGTH } from '../domain/chunks.js'
import { IntegrityError } from '../domain/errors/index.js'
import { matchesIntegrity } from '../domain/integrity.js'
import { cutShort, type OpenStream, openStream } from './download.js'
import { SLAB_BYTES } from './slabs.js'
import type { TransferOrder, TransferPorts } from './transferOrder.js'

/** Fewer bytes than this prove no progress: a server that gives a few per attempt is not tried for ever. */
const GAIN_MIN_BYTES = DEFAULT_CHUNK_LENGTH

/**
 * A bundle of which only the whole digest is known. It is resumed only behind a strong, visible validator; a digest
 * that does not match costs exactly one clean restart.
 */
export async function transferWhole(order: TransferOrder, ports: TransferPorts): Promise<ChunkMap> {
  const first = await attempt(order, ports)
  if (first) return first
  await discard(order)
  const second = await attempt({ ...order, validator: undefined }, ports)
  if (second) return second
  await discard(order)
  const url = order.urls[order.session.source % order.urls.length] ?? ''
  const message = `${new URL(url).host || url} sends other bytes than the manifest describes (the digest of the whole differs)`
  throw new IntegrityError(message, { url })
}

/** `undefined` where all bytes came and the digest does not match. */
async function attempt(order: TransferOrder, ports: TransferPorts): Promise<ChunkMap | undefined> {
  const { urls, session, size, meter } = order
  const url = urls[session.source % urls.length] ?? ''
  const tally = new Tally(order, ports)
  if (order.partial.size > 0 && order.validator?.url === url) await tally.readStored()
  else await order.partial.truncate(0)
  meter.bytesDownloaded = tally.length
  try {
    if (tally.length < size) await fetchRest(url, tally, order, ports)
  } catch (error) {
    session.source++
    throw error
  }
  if (tally.length === size && matchesIntegrity(order.integrity, tally.digest())) return tally.chunkMap()
  session.source++
  return undefined
}

async function fetchRest(url: string, tally: Tally, order: TransferOrder, ports: TransferPorts): Promise<void> {
  const ifRange = tally.length > 0 ? order.validator?.etag : undefined
  const stream = await openStream({ url, range: { offset: tally.length }, ifRange }, order, ports)
  try {
    if (stream.offset !== tally.length) await tally.startOver()
    await order.keepValidator(stream.etag === undefined ? undefined : { url, etag: stream.etag })
    await readAll(stream, url, tally, order)
  } finally {
    await stream.close()
  }
}

async function readAll(stream: OpenStream, url: string, tally: Tally, order: TransferOrder): Promise<void> {
  const slab = new Uint8Array(SLAB_BYTES)
  const startedAt = tally.length
  let filled = 0
  try {
    while (tally.length + filled < order.size) {
      const room = Math.min(slab.length, order.size - tally.length)
      const count = await stream.readInto(slab.subarray(filled, room))
      if (count === 0) throw cutShort(url)
      filled += count
      if (filled < room) continue
      await tally.append(slab.subarray(0, filled))
      filled = 0
    }
  } finally {
    await tally.append(slab.subarray(0, filled))
    if (tally.length - startedAt >= GAIN_MIN_BYTES) order.session.gainedBytes = tally.length - startedAt
  }
}

async function discard(order: TransferOrder): Promise<void> {
  await order.partial.truncate(0)
  await order.keepValidator(undefined)
  order.meter.bytesDownloaded = 0
}

/** The bytes so far: written, counted, hashed as a whole and chunk by chunk. */
class Tally {
  readonly #order: TransferOrder
  readonly #ports: TransferPorts
  #whole
  readonly #chunk: Bytes = new Uint8Array(DEFAULT_CHUNK_LENGTH)
  #chunkFilled = 0
  readonly #digests: Bytes[] = []
  length = 0

  constructor(order: TransferOrder, ports: TransferPorts) {
    this.#order = order
    this.#ports = ports
    this.#whole = ports.digester.createHash(order.integrity.algorithm)
  }

  async readStored(): Promise<void> {
    const { partial, signal } = this.#order
    const length = Math.min(partial.size, this.#order.size)
    if (partial.size > length) await partial.truncate(length)
    while (this.length < length) {
      signal.throwIfAborted()
      await this.#count(await partial.read(this.length, Math.min(SLAB_BYTES, length - this.length)))
    }
  }

  async startOver(): Promise<void> {
    await this.#order.partial.truncate(0)
    this.#whole = this.#ports.digester.createHash(this.#order.integrity.algorithm)
    this.#digests.length = 0
    this.#chunkFilled = 0
    this.length = 0
    this.#order.meter.bytesDownloaded = 0
  }

  async append(bytes: Bytes): Promise<void> {
    if (bytes.length === 0) return
    await this.#order.partial.write(this.length, bytes)
    await this.#count(bytes)
    this.#order.meter.bytesDownloaded = this.length
  }

  digest(): Bytes {
    return this.#whole.digest()
  }

  async chunkMap(): Promise<ChunkMap> {
    if (this.#chunkFilled > 0) await this.#endChunk()
    const digests = new Uint8Array(this.#digests.length * DIGEST_LENGTH)
    this.#digests.forEach((digest, index) => {
      digests.set(digest, index * DIGEST_LENGTH)
    })
    return ChunkMap.of(this.length, DEFAULT_CHUNK_LENGTH, digests)
  }

  async #count(bytes: Bytes): Promise<void> {
    this.#whole.update(bytes)
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + this.#chunk.length - this.#chunkFilled)
      this.#chunk.set(piece, this.#chunkFilled)
      this.#chunkFilled += piece.length
      at += piece.length
      if (this.#chunkFilled === this.#chunk.length) await this.#endChunk()
    }
    this.length += bytes.length
  }

  async #endChunk(): Promise<void> {
    this.#digests.push(await this.#ports.digester.digest(this.#chunk.subarray(0, this.#chunkFilled)))
    this.#chunkFilled = 0
  }
}
