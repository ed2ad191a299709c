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
  readonly localName?: string
  readonly localMethod?: number
  readonly localFlags?: number
  readonly localExtraLength?: number
}

export interface OddEnd {
  readonly entries?: number
  readonly disk?: number
  readonly directorySize?: number
  readonly directoryOffset?: number
  readonly comment?: Uint8Array
  readonly prefix?: Uint8Array
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
  return Buffer.concat([...parts, records, endRecord(entries.length, records.length, at, end)])
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
  header.writeUInt32LE(fields.crc, 14)
  header.writeUInt32LE(fields.compressedSize, 18)
  header.writeUInt32LE(fields.size, 22)
  header.writeUInt16LE(localName.length, 26)
  header.writeUInt16LE(entry.localExtraLength ?? 0, 28)
  return Buffer.concat([header, localName])
}

function directoryRecord({ name, fields }: Drawn, offset: number): Buffer {
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
  record.writeUInt32LE(fields.mode * 0x10000, 38)
  record.writeUInt32LE(offset, 42)
  return Buffer.concat([record, name])
}

function endRecord(count: number, size: number, offset: number, end: OddEnd): Buffer {
  const comment = Buffer.from(end.comment ?? [])
  const record = Buffer.alloc(22)
  record.writeUInt32LE(0x06054b50, 0)
  record.writeUInt16LE(end.disk ?? 0, 4)
  record.writeUInt16LE(Math.min(count, 0xffff), 8)
  record.writeUInt16LE(end.entries ?? Math.min(count, 0xffff), 10)
  record.writeUInt32LE(end.directorySize ?? size, 12)
  record.writeUInt32LE(end.directoryOffset ?? offset, 16)
  record.writeUInt16LE(comment.length, 20)
  return Buffer.concat([record, comment])
}
