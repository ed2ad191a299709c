import { ArchiveError, UnsupportedError } from '../domain/errors/index.js'
import type { VerifiedBundle } from './verifiedBundle.js'

const END_SIGNATURE = 0x06054b50
const END_BYTES = 22
const MAX_COMMENT_BYTES = 0xffff
const LOCATOR_SIGNATURE = 0x07064b50
const LOCATOR_BYTES = 20
const END64_SIGNATURE = 0x06064b50
const END64_BYTES = 56
/** Of a zip64 end record, what its own length does not count. */
const END64_UNCOUNTED_BYTES = 12
/** Stand for a value that is in the zip64 end record. */
const IN_ZIP64_16 = 0xffff
const IN_ZIP64_32 = 0xffffffff

/** Where the central directory is, and how many entries it has. */
export interface ZipEnd {
  readonly entryCount: number
  readonly offset: number
  readonly length: number
}

/** What an end record says of itself and of the directory, in either of its two forms. */
interface EndRecord extends ZipEnd {
  readonly disk: number
  readonly directoryDisk: number
  readonly entriesOnDisk: number
  /** Where the record begins. */
  readonly at: number
}

/**
 * Finds the directory by the archive's one end record. An archive in which another reader may find another directory
 * is refused (fault case A8): two end records that fit, a zip64 record that contradicts the short one, bytes between
 * the directory and its end. Reads the last 64 KiB at most.
 */
export async function findZipEnd(bundle: VerifiedBundle): Promise<ZipEnd> {
  const length = Math.min(bundle.size, END_BYTES + MAX_COMMENT_BYTES)
  const tail = viewOf(await bundle.read(bundle.size - length, length))
  const short = readEnd(tail, oneEndIn(tail), bundle.size - length)
  const end = await widened(bundle, short)
  assertOneDisk(end)
  if (end.offset + end.length > end.at) throw refused('it is cut off: its directory points outside of it')
  if (end.offset + end.length < end.at) throw refused('there are bytes between its directory and its end record')
  return end
}

/** The position of the last end record, which must reach to the end of the file as no other does. */
function oneEndIn(tail: DataView): number {
  const found = endsIn(tail)
  const [last] = found
  if (last === undefined) throw refused('it has no end record: it is cut off, or no zip archive')
  const fitting = found.filter((at) => at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength)
  if (fitting[0] !== last) throw refused("its end record does not end where the file does: it is cut off, or another's")
  if (fitting.length > 1) throw refused('it has two end records')
  return last
}

/** Last first. */
function endsIn(tail: DataView): number[] {
  const found: number[] = []
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) === END_SIGNATURE) found.push(at)
  }
  return found
}

function readEnd(tail: DataView, at: number, tailOffset: number): EndRecord {
  return {
    at: tailOffset + at,
    disk: tail.getUint16(at + 4, true),
    directoryDisk: tail.getUint16(at + 6, true),
    entriesOnDisk: tail.getUint16(at + 8, true),
    entryCount: tail.getUint16(at + 10, true),
    length: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  }
}

/** With the values of the zip64 end record, where there is one. */
async function widened(bundle: VerifiedBundle, short: EndRecord): Promise<EndRecord> {
  const locatorAt = short.at - LOCATOR_BYTES
  const locator = locatorAt >= 0 ? viewOf(await bundle.read(locatorAt, LOCATOR_BYTES)) : undefined
  if (locator?.getUint32(0, true) !== LOCATOR_SIGNATURE) {
    if (short.length !== IN_ZIP64_32 && short.offset !== IN_ZIP64_32) return short
    throw new UnsupportedError(`${REFUSED}: its zip64 end record is missing`)
  }
  if (locator.getUint32(4, true) !== 0 || locator.getUint32(16, true) > 1) throw severalDisks()
  const wide = await readEnd64(bundle, readUint64(locator, 8), locatorAt)
  assertAgree(short, wide)
  return wide
}

async function readEnd64(bundle: VerifiedBundle, at: number, locatorAt: number): Promise<EndRecord> {
  if (at + END64_BYTES > locatorAt) throw refused('its zip64 end record is not where it should be')
  const view = viewOf(await bundle.read(at, END64_BYTES))
  const isRecord = view.getUint32(0, true) === END64_SIGNATURE
  if (!isRecord || at + END64_UNCOUNTED_BYTES + readUint64(view, 4) !== locatorAt) {
    throw refused('its zip64 end record is not where it should be')
  }
  return {
    at,
    disk: view.getUint32(16, true),
    directoryDisk: view.getUint32(20, true),
    entriesOnDisk: readUint64(view, 24),
    entryCount: readUint64(view, 32),
    length: readUint64(view, 40),
    offset: readUint64(view, 48),
  }
}

function assertAgree(short: EndRecord, wide: EndRecord): void {
  const isSame =
    agrees(short.disk, wide.disk, IN_ZIP64_16) &&
    agrees(short.directoryDisk, wide.directoryDisk, IN_ZIP64_16) &&
    agrees(short.entriesOnDisk, wide.entriesOnDisk, IN_ZIP64_16) &&
    agrees(short.entryCount, wide.entryCount, IN_ZIP64_16) &&
    agrees(short.length, wide.length, IN_ZIP64_32) &&
    agrees(short.offset, wide.offset, IN_ZIP64_32)
  if (!isSame) throw refused('its two end records, of zip and of zip64, say different things')
}

function agrees(short: number, wide: number, standIn: number): boolean {
  return short === standIn || short === wide
}

function assertOneDisk({ disk, directoryDisk, entriesOnDisk, entryCount }: EndRecord): void {
  if (disk !== 0 || directoryDisk !== 0 || entriesOnDisk !== entryCount) throw severalDisks()
}

/** Exact up to 2^53; what is beyond is larger than any bundle. */
export function readUint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

const REFUSED = 'The bundle is no zip archive that can be read'

function refused(reason: string): ArchiveError {
  return new ArchiveError(`${REFUSED}: ${reason}`, {})
}

export function severalDisks(): UnsupportedError {
  return new UnsupportedError(`${REFUSED}: it is split over several disks, which is not supported`)
}
