import { type Bytes, equalBytes, toHex } from '../domain/bytes.js'
import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import type { ChunkLedger } from './chunkLedger.js'
import { SLAB_BYTES } from './slabs.js'
import type { ChunkOrder, Donor, TransferPorts } from './transferOrder.js'

/** What so many places have damaged is fetched. */
const PLACES_PER_CHUNK = 4

/** Hashes what the partial holds: the one thing that resuming trusts. */
export async function countStored(order: ChunkOrder, ledger: ChunkLedger, ports: TransferPorts): Promise<void> {
  const { map, partial, meter, signal } = order
  let counted = 0
  if (partial.size > map.size) await partial.truncate(map.size)
  for (const run of batches(map, 0, map.count)) {
    signal.throwIfAborted()
    if (run.offset >= partial.size) break
    const bytes = await partial.read(run.offset, run.length)
    for (const index of await goodChunks(bytes, run, map, ports)) {
      ledger.add(index)
      counted += map.length(index)
    }
  }
  // what was counted before is shown until then: it falls only where bytes were found damaged
  meter.bytesDownloaded = counted
  meter.bytesReused = Math.min(meter.bytesReused, counted)
}

/** Takes chunks that bundles on disk already have, each hashed as it is copied. A donor that fails is no failure. */
export async function copyFromDonors(order: ChunkOrder, ledger: ChunkLedger, ports: TransferPorts): Promise<void> {
  const { map, donors, partial, meter, signal } = order
  if (donors.length === 0) return
  const places = placesOf(donors)
  for (let index = 0; index < map.count; index++) {
    signal.throwIfAborted()
    if (ledger.has(index)) continue
    const found = await findSound(places.get(toHex(map.digest(index))) ?? [], map.digest(index), ports)
    if (found?.bytes.length !== map.length(index)) continue
    await partial.write(map.offset(index), found.bytes)
    ledger.add(index)
    meter.bytesDownloaded += found.bytes.length
    if (!found.isOwn) meter.bytesReused += found.bytes.length
  }
}

/** The chunk from the first place where it is undamaged, and can be read at all. */
async function findSound(
  places: readonly Place[],
  digest: Bytes,
  ports: TransferPorts,
): Promise<{ bytes: Bytes; isOwn: boolean } | undefined> {
  for (const { donor, offset, length } of places) {
    const bytes = await donor.reader.read(offset, length).catch(() => undefined)
    if (bytes && equalBytes(await ports.digester.digest(bytes), digest)) return { bytes, isOwn: donor.isOwn }
  }
  return undefined
}

/** The chunks from `first` to before `end`, slab by slab. */
export function* batches(map: ChunkMap, first: number, end: number): Generator<ChunkRun> {
  for (let next = first; next < end; ) {
    const batch = batchAt(map, next, end)
    yield batch
    next = batch.last + 1
  }
}

/** Neighbouring chunks from `first` to before `end`, of together at most a slab; a longer chunk stands alone. */
export function batchAt(map: ChunkMap, first: number, end: number): ChunkRun {
  let last = first
  while (last + 1 < end && map.offset(last + 2) - map.offset(first) <= SLAB_BYTES) last++
  return map.run(first, last)
}

/** The chunks of `run` that `bytes`, which start where it does, hold whole and undamaged. */
export async function goodChunks(bytes: Bytes, run: ChunkRun, map: ChunkMap, ports: TransferPorts): Promise<number[]> {
  const indexes = wholeChunks(run, bytes.length, map)
  const digests = await Promise.all(
    indexes.map((index) => {
      const start = map.offset(index) - run.offset
      return ports.digester.digest(bytes.subarray(start, start + map.length(index)))
    }),
  )
  return indexes.filter((index, at) => equalBytes(digests[at] ?? new Uint8Array(), map.digest(index)))
}

/** The chunks of `run` that end within its first `length` bytes. */
export function wholeChunks(run: ChunkRun, length: number, map: ChunkMap): number[] {
  const indexes: number[] = []
  for (let index = run.first; index <= run.last; index++) {
    if (map.offset(index + 1) - run.offset > length) break
    indexes.push(index)
  }
  return indexes
}

interface Place {
  readonly donor: Donor
  readonly offset: number
  readonly length: number
}

function placesOf(donors: readonly Donor[]): Map<string, Place[]> {
  const places = new Map<string, Place[]>()
  for (const donor of donors) {
    const { map } = donor
    for (let index = 0; index < map.count; index++) {
      const digest = toHex(map.digest(index))
      const place = { donor, offset: map.offset(index), length: map.length(index) }
      const known = places.get(digest)
      if (!known) places.set(digest, [place])
      else if (known.length < PLACES_PER_CHUNK) known.push(place)
    }
  }
  return places
}
