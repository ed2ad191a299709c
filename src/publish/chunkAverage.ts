import { DEFAULT_CHUNK_LENGTH, DIGEST_LENGTH } from '../domain/chunks.js'
import { MANIFEST_MAX_BYTES } from '../domain/manifest.js'
import { ContentCutter } from './chunkCutter.js'

/** Chunks are held in memory whole: a manifest may not name longer ones than 64 MiB. */
const AVERAGE_MAX_BYTES = 32 * 1024 * 1024
const BASE64_GROWTH = 4 / 3
/** Before an archive's directory, and at the end. */
const SHORTER_CHUNKS = 2
/** The bundle's size, where a draft says 0, and the brackets of the list. */
const SLACK_BYTES = 64

/**
 * The average length of chunks for a bundle of at most `bundleBytes`: 128 KiB, doubled until their list fits beside the
 * manifest's other `manifestBytes`, however short the bytes make the chunks. That is up to 2.5 GiB with few files.
 */
export function averageChunkLength(bundleBytes: number, manifestBytes: number): number {
  const room = MANIFEST_MAX_BYTES - manifestBytes - SLACK_BYTES
  let average = DEFAULT_CHUNK_LENGTH
  while (average < AVERAGE_MAX_BYTES && listBytes(bundleBytes, new ContentCutter(average)) > room) average *= 2
  return average
}

function listBytes(bundleBytes: number, { shortest, longest }: ContentCutter): number {
  const count = Math.ceil(bundleBytes / shortest) + SHORTER_CHUNKS
  return count * (DIGEST_LENGTH * BASE64_GROWTH + `${longest},`.length)
}
