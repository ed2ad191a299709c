import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ManifestError } from '../domain/errors/index.js'
import { MANIFEST_MAX_BYTES, type PluginManifest, parseManifest, readManifest } from '../domain/manifest.js'
import { BundleHash } from './bundleHash.js'
import { averageChunkLength } from './chunkAverage.js'
import { type ChunkCutter, ContentCutter, FixedCutter } from './chunkCutter.js'
import { type Contents, largestBundleBytes, openContents, readContents } from './contents.js'
import { describeBundle, draftManifest, manifestBytes } from './describeBundle.js'
import { toPackingError } from './packingError.js'
import type { PackOptions } from './packOptions.js'
import { readPrivateKey } from './privateKeys.js'
import { signManifest } from './signDocuments.js'
import { StagedFiles } from './stagedFiles.js'
import type { FileDigest } from './zipArchive.js'

const MANIFEST_NAME = 'manifest.json'

/** Where {@link packBundle} wrote what. */
export interface PackedBundle {
  readonly manifestPath: string
  readonly bundlePath: string
  readonly manifest: PluginManifest
}

/**
 * Writes a plugin's bundle and its `manifest.json`, with chunks and the digest of every file. A folder becomes a ZIP
 * archive, a file is copied as it is. The same input gives the same bytes under the same version of Node, and input
 * that is nearly the same gives nearly the same chunks, so that an update costs what changed and not the whole.
 * Everything is checked before anything is written, and both files appear under their names only when whole.
 *
 * @throws ManifestError for an id, version or entry that cannot be; ArchiveError for files that no bundle may hold;
 * StorageError where the disk refuses; UnsupportedError for what is no Ed25519 key; CancelledError after `signal`.
 * @example await packBundle({ input: 'dist', id: 'acme.charts', version: '2.1.0', outDir: 'release' })
 */
export async function packBundle(options: PackOptions): Promise<PackedBundle> {
  try {
    return await pack(options)
  } catch (error) {
    throw toPackingError(error, options.signal)
  }
}

async function pack(options: PackOptions): Promise<PackedBundle> {
  parseManifest(draftManifest(options))
  for (const key of options.privateKeys ?? []) readPrivateKey(key)
  const contents = await readContents(options)
  const draft = manifestBytes(draftManifest(options, contents))
  assertNamesFit(contents, draft)
  readManifest(draft)
  const hash = new BundleHash(cutterFor(options, contents, draft))
  const outDir = resolve(options.outDir ?? '.')
  await mkdir(outDir, { recursive: true })
  const staged = new StagedFiles(outDir)
  try {
    const manifest = await stage(options, contents, { hash, staged })
    await staged.publish()
    return { manifestPath: join(outDir, MANIFEST_NAME), bundlePath: join(outDir, contents.bundleName), manifest }
  } finally {
    await staged.discard()
  }
}

function assertNamesFit({ files }: Contents, draft: Buffer): void {
  if (draft.length <= MANIFEST_MAX_BYTES) return
  const issue = `${files.length} files are too many: a manifest names them all, and has at most ${MANIFEST_MAX_BYTES} bytes`
  throw new ManifestError(issue, { issues: [issue] })
}

function cutterFor({ chunkLength }: PackOptions, contents: Contents, draft: Buffer): ChunkCutter {
  if (chunkLength !== undefined) return new FixedCutter(chunkLength)
  return new ContentCutter(averageChunkLength(largestBundleBytes(contents), draft.length))
}

async function stage(
  options: PackOptions,
  contents: Contents,
  { hash, staged }: { readonly hash: BundleHash; readonly staged: StagedFiles },
): Promise<PluginManifest> {
  const digests = new Map<string, FileDigest>()
  const bytes = openContents(contents, {
    onFile: (path, digest) => digests.set(path, digest),
    // Every version has another directory: the files' last chunk shall not have to change with it.
    onDirectory: () => hash.endSection(),
  })
  await staged.write(contents.bundleName, hashed(bytes, hash), options.signal)
  const manifest = describeBundle(options, contents, hash.finish(), digests)
  const text = manifestBytes(manifest)
  const { privateKeys = [] } = options
  const document = privateKeys.length === 0 ? text : Buffer.from(JSON.stringify(signManifest(text, privateKeys)))
  await staged.write(MANIFEST_NAME, [document], options.signal)
  return readManifest(text)
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: BundleHash): AsyncGenerator<Uint8Array, void> {
  for await (const piece of bytes) {
    hash.update(piece)
    yield piece
  }
}
