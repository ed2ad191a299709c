import { once } from 'node:events'
import { crc32, deflateRawSync } from 'node:zlib'
import { ZipFile } from 'yazl'

/** A zip as a packer makes it. */
export async function packed(
  files: Readonly<Record<string, string | Uint8Array>>,
  compress = true,
): Promise<Uint8Array> {
  const zip = new ZipFile()
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path, { compress })
  zip.end()
  const pieces: Buffer[] = []
  zip.outputStream.on('data', (piece: Buffer) => pieces.push(piece))
  await once(zip.outputStream, 'end')
  return Buffer.concat(pieces)
}

/** One entry of a zip that no packer makes. What is left out is what an honest one would say. */
export interface OddEntry {
  readonly name: string | Uint8Array
  readonly content?: string | Uint8Array
  /** The bytes between the headers, as they are. */
  readonly raw?: Uint8Array
  readonly method?: number
  readonly flags?: number
  readonly size?: number
  readonly compressedSize?: number
  readonly crc?: number
  readonly mode?: number
  readonly offset?: number
  /** The directory's extra fields; the local header has none. */
  readonly extra?: Uint8Array
  readonly disk?: number
  readonly localName?: string
  readonly localMethod?: number
  readonly localFlags?: number
  readonly localSize?: number
  readonly localCrc?: number
  readonly localExtraLength?: number
}

export interface OddEnd {
  readonly entries?: number
  readonly entriesOnDisk?: number
  readonly disk?: number
  readonly directoryDisk?: number
  readonly directorySize?: number
  readonly directoryOffset?: number
  readonly comment?: Uint8Array
  readonly prefix?: Uint8Array
  /** What lies between the directory and its end record. */
  readonly gap?: Uint8Array
  /** Makes the end record point to a zip64 one, of which these are fields. */
  readonly zip64?: OddEnd64
}

export interface OddEnd64 {
  readonly entries?: number
  readonly directoryOffset?: number
  readonly disk?: number
  readonly disks?: number
  /** Of the record. */
  readonly offset?: number
  readonly signature?: number
  /** Whether the plain record tells its own values as well. */
  readonly isTold?: boolean
}

interface Drawn {
  readonly name: Buffer
  readonly raw: Buffer
  readonly fields: Required<Pick<OddEntry, 'method' | 'flags' | 'size' | 'compressedSize' | 'crc' | 'mode'>>
  readonly entry: OddEntry
}

/** A zip written byte by byte. */
export function oddZip(entries: readonly OddEntry[], end: OddEnd = {}): Uint8Array {
  const parts: Buffer[] = [Buffer.from(end.prefix ?? [])]
  let at = parts[0]?.length ?? 0
  const directory: Buffer[] = []
  for (const drawn of entries.map(draw)) {
    const local = localHeader(drawn)
    directory.push(directoryRecord(drawn, drawn.entry.offset ?? at))
    parts.push(local, drawn.raw)
    at += local.length + drawn.raw.length
  }
  const records = Buffer.concat(directory)
  const gap = Buffer.from(end.gap ?? [])
  const place = { count: entries.length, size: records.length, offset: at, end: at + records.length + gap.length }
  return Buffer.concat([...parts, records, gap, ...endRecords(place, end)])
}

/** An extra field: its id, and what is in it. */
export function extraField(id: number, data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(id, 0)
  head.writeUInt16LE(data.length, 2)
  return Buffer.concat([head, data])
}

/** The extra field of zip64, with these values. */
export function wideField(...values: readonly number[]): Uint8Array {
  const data = Buffer.alloc(values.length * 8)
  values.forEach((value, at) => {
    data.writeBigUInt64LE(BigInt(value), at * 8)
  })
  return extraField(1, data)
}

function draw(entry: OddEntry): Drawn {
  const content = Buffer.from(entry.content ?? '')
  const method = entry.method ?? 0
  const raw = Buffer.from(entry.raw ?? (method === 8 ? deflateRawSync(content) : content))
  const fields = {
    method,
    flags: entry.flags ?? 0x800,
    size: entry.size ?? content.length,
    compressedSize: entry.compressedSize ?? raw.length,
    crc: entry.crc ?? crc32(content),
    mode: entry.mode ?? 0,
  }
  return { name: Buffer.from(entry.name), raw, fields, entry }
}

function localHeader({ name, fields, entry }: Drawn): Buffer {
  const localName = entry.localName === undefined ? name : Buffer.from(entry.localName)
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(entry.localFlags ?? fields.flags, 6)
  header.writeUInt16LE(entry.localMethod ?? fields.method, 8)
  header.writeUInt32LE(entry.localCrc ?? fields.crc, 14)
  header.writeUInt32LE(fields.compressedSize, 18)
  header.writeUInt32LE(entry.localSize ?? fields.size, 22)
  header.writeUInt16LE(localName.length, 26)
  header.writeUInt16LE(entry.localExtraLength ?? 0, 28)
  return Buffer.concat([header, localName])
}

function directoryRecord({ name, fields, entry }: Drawn, offset: number): Buffer {
  const extra = Buffer.from(entry.extra ?? [])
  const record = Buffer.alloc(46)
  record.writeUInt32LE(0x02014b50, 0)
  record.writeUInt16LE(0x0314, 4)
  record.writeUInt16LE(20, 6)
  record.writeUInt16LE(fields.flags, 8)
  record.writeUInt16LE(fields.method, 10)
  record.writeUInt32LE(fields.crc, 16)
  record.writeUInt32LE(fields.compressedSize, 20)
  record.writeUInt32LE(fields.size, 24)
  record.writeUInt16LE(name.length, 28)
  record.writeUInt16LE(extra.length, 30)
  record.writeUInt16LE(entry.disk ?? 0, 34)
  record.writeUInt32LE(fields.mode * 0x10000, 38)
  record.writeUInt32LE(offset, 42)
  return Buffer.concat([record, name, extra])
}

/** Of the directory: how many entries, its bytes, where they begin, and where its end records do. */
interface Place {
  readonly count: number
  readonly size: number
  readonly offset: number
  readonly end: number
}

function endRecords(place: Place, end: OddEnd): Buffer[] {
  const { zip64 } = end
  if (!zip64) return [endRecord(place, end)]
  const told = { directoryOffset: 0xffffffff, directorySize: 0xffffffff, entries: 0xffff, entriesOnDisk: 0xffff }
  return [...endRecords64(place, zip64), endRecord(place, zip64.isTold ? end : { ...told, ...end })]
}

function endRecords64(place: Place, zip64: OddEnd64): Buffer[] {
  const entries = BigInt(zip64.entries ?? place.count)
  const record = Buffer.alloc(56)
  record.writeUInt32LE(zip64.signature ?? 0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt32LE(zip64.disk ?? 0, 16)
  record.writeBigUInt64LE(entries, 24)
  record.writeBigUInt64LE(entries, 32)
  record.writeBigUInt64LE(BigInt(place.size), 40)
  record.writeBigUInt64LE(BigInt(zip64.directoryOffset ?? place.offset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(zip64.offset ?? place.end), 8)
  locator.writeUInt32LE(zip64.disks ?? 1, 16)
  return [record, locator]
}

function endRecord({ count, size, offset }: Place, end: OddEnd): Buffer {
  const comment = Buffer.from(end.comment ?? [])
  const entries = end.entries ?? Math.min(count, 0xffff)
  const record = Buffer.alloc(22)
  record.writeUInt32LE(0x06054b50, 0)
  record.writeUInt16LE(end.disk ?? 0, 4)
  record.writeUInt16LE(end.directoryDisk ?? 0, 6)
  record.writeUInt16LE(end.entriesOnDisk ?? entries, 8)
  record.writeUInt16LE(entries, 10)
  record.writeUInt32LE(end.directorySize ?? size, 12)
  record.writeUInt32LE(end.directoryOffset ?? offset, 16)
  record.writeUInt16LE(comment.length, 20)
  return Buffer.concat([record, comment])
}
