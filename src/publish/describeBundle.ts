import { DEFAULT_CHUNK_LENGTH } from '../domain/chunks.js'
import { formatIntegrity } from '../domain/integrity.js'
import type { BundleDigest } from './bundleHash.js'
import type { Contents } from './contents.js'
import type { PackOptions } from './packOptions.js'
import type { FileDigest } from './zipArchive.js'

const NO_DIGEST = formatIntegrity('sha256', new Uint8Array(32))

/**
 * The manifest before any byte was read: what is wrong with its names is wrong with the real one too. Without
 * `contents`, only what the options say is in it.
 */
export function draftManifest(options: PackOptions, contents: Contents = NOTHING): object {
  const lengths = options.chunkLength ?? DEFAULT_CHUNK_LENGTH
  const digest = { size: 0, integrity: NO_DIGEST, chunks: { algorithm: 'sha256', lengths, digests: '' } } as const
  const files = contents.files.map(({ path, size }) => [path, { size, integrity: NO_DIGEST }] as const)
  return describeBundle(options, contents, digest, new Map(files))
}

const NOTHING: Contents = {
  format: 'zip',
  files: [{ path: 'index.js', absolutePath: '', size: 0 }],
  entry: 'index.js',
  bundleName: 'bundle.zip',
}

/** The manifest of a bundle with these bytes. */
export function describeBundle(
  { id, version, name }: PackOptions,
  { format, entry, bundleName }: Contents,
  { size, integrity, chunks }: BundleDigest,
  digests: ReadonlyMap<string, FileDigest>,
): object {
  return {
    manifestVersion: 1,
    id,
    version,
    ...(name === undefined ? {} : { name }),
    entry,
    bundle: { urls: [encodeURIComponent(bundleName).replaceAll('%2B', '+')], format, size, integrity, chunks },
    files: format === 'file' ? { [entry]: { size, integrity } } : Object.fromEntries(digests),
  }
}

/** As it is written: for people, with a line for each file and one for all lengths of chunks. */
export function manifestBytes(manifest: object): Buffer {
  const text = JSON.stringify(manifest, null, 2)
    .replace(LENGTHS, (list) => list.replace(/\s+/g, ''))
    .replace(FILE, '{ $1, $2 }')
  return Buffer.from(`${text}\n`)
}

// Neither is found inside a string: the quotes are escaped there.
const LENGTHS = /(?<="lengths": \[)[\s\d,]+/
const FILE = /\{\s+("size": \d+),\s+("integrity": "[^"]+")\s+\}/g
