import * as v from 'valibot'
import { fromBase64 } from './bytes.js'
import { ENVELOPE_MAX_BYTES, isEnvelope } from './envelope.js'
import { ManifestError } from './errors/index.js'
import { rangeIssue } from './hostVersion.js'
import { parseIntegrity } from './integrity.js'
import { fileNameIssue, unsafeNameReason, unsafePathReason } from './paths.js'
import { readJson, structureIssue } from './strictJson.js'
import { compareVersions, VERSION_PATTERN } from './version.js'

export const MANIFEST_MAX_BYTES = 4 * 1024 * 1024
export const MANIFEST_MAX_DEPTH = 32
export const PLUGIN_ID_PATTERN = /^[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?$/
const DIGEST_BYTES = 32
/** A chunk is held in memory whole while it is checked. */
const CHUNK_MAX_BYTES = 64 * 1024 * 1024

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const chunkLength = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(CHUNK_MAX_BYTES))
const shortText = v.pipe(v.string(), v.maxLength(256))

const integrity = v.pipe(
  v.string(),
  v.maxLength(2048),
  v.check((text) => parseIntegrity(text) !== undefined, 'is no SRI string of sha256, sha384 or sha512 digests'),
)

const path = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(1024),
  v.check(
    (text) => unsafePathReason(text) === undefined,
    (issue) => `is no safe relative path (${unsafePathReason(String(issue.input))})`,
  ),
)

const chunks = v.looseObject({
  algorithm: v.literal('sha256'),
  lengths: v.union([chunkLength, v.array(chunkLength)]),
  digests: v.pipe(
    v.string(),
    v.check((text) => (fromBase64(text)?.length ?? -1) % DIGEST_BYTES === 0, 'is no base64 of 32-byte digests'),
  ),
})

const bundle = v.looseObject({
  urls: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))), v.minLength(1), v.maxLength(64)),
  format: v.picklist(['file', 'zip']),
  size: bytes,
  integrity,
  chunks: v.optional(chunks),
})

const range = v.pipe(
  shortText,
  v.check(
    (text) => rangeIssue(text) === undefined,
    (issue) => rangeIssue(String(issue.input)) ?? '',
  ),
)

const version = v.pipe(v.string(), v.maxLength(64), v.regex(VERSION_PATTERN))

/** The manifest's shape. `scripts/manifest-schema.mjs` publishes it as JSON Schema. */
export const manifestSchema = v.looseObject({
  manifestVersion: v.literal(1),
  id: v.pipe(
    v.string(),
    v.regex(PLUGIN_ID_PATTERN),
    v.check(
      (text) => unsafeNameReason(text) === undefined,
      (issue) => `is no usable plugin id (${unsafeNameReason(String(issue.input))})`,
    ),
  ),
  version,
  name: v.optional(shortText),
  description: v.optional(v.pipe(v.string(), v.maxLength(4096))),
  publisher: v.optional(shortText),
  entry: path,
  bundle,
  files: v.optional(v.record(path, v.looseObject({ size: bytes, integrity }))),
  engines: v.optional(v.record(shortText, range)),
  minimumVersion: v.optional(version),
  expires: v.optional(v.pipe(v.string(), v.isoTimestamp())),
})

/** A plugin's manifest, format 1. Unknown fields are kept and ignored. */
export type PluginManifest = v.InferOutput<typeof manifestSchema>
export type BundleDescription = PluginManifest['bundle']
export type BundleFormat = BundleDescription['format']

/**
 * Checks a value that was parsed or written by hand. Throws {@link ManifestError} with every fault found, also for a signed
 * manifest: what is in the envelope counts only once it was verified.
 */
export function parseManifest(value: unknown, url?: string): PluginManifest {
  if (isEnvelope(value))
    throw manifestError(['is signed (a DSSE envelope): a dock, or `plugdock inspect`, opens it'], url)
  const misshapen = structureIssue(value, MANIFEST_MAX_DEPTH)
  if (misshapen) throw manifestError([misshapen], url)
  const result = v.safeParse(manifestSchema, value)
  if (!result.success) throw manifestError(result.issues.map(describeIssue), url)
  const manifest = result.output
  const issues = [
    ...chunkSumIssues(manifest),
    ...entryIssues(manifest),
    ...fileNameIssues(manifest),
    ...minimumIssues(manifest),
    ...dependencyIssues(manifest),
  ]
  if (issues.length > 0) throw manifestError(issues, url)
  return manifest
}

/** Reads a manifest's own bytes: size, UTF-8, depth and keys are checked before anything is built of them. */
export function readManifest(source: Uint8Array, url?: string): PluginManifest {
  return parseManifest(readDocumentJson(source, MANIFEST_MAX_BYTES, url), url)
}

/** What a manifest's URL answered: a manifest, not yet checked, or an envelope around one. Throws {@link ManifestError}. */
export function readManifestDocument(source: Uint8Array, url?: string): unknown {
  const value = readDocumentJson(source, ENVELOPE_MAX_BYTES, url)
  if (source.length > MANIFEST_MAX_BYTES && !isEnvelope(value))
    throw manifestError([`is larger than ${MANIFEST_MAX_BYTES} bytes`], url)
  return value
}

function readDocumentJson(source: Uint8Array, maxBytes: number, url: string | undefined): unknown {
  const reading = readJson(source, { maxBytes, maxDepth: MANIFEST_MAX_DEPTH })
  if (reading.issue === undefined) return reading.value
  throw manifestError([reading.issue], url, reading)
}

function chunkSumIssues({ bundle: { size, chunks: map } }: PluginManifest): string[] {
  if (!map) return []
  const digests = (map.digests.length / 4) * 3 - (map.digests.match(/=+$/)?.[0].length ?? 0)
  const count = digests / DIGEST_BYTES
  if (typeof map.lengths === 'number') {
    const needed = Math.ceil(size / map.lengths)
    return needed === count ? [] : [`bundle.chunks has ${count} digests, but bundle.size asks for ${needed}`]
  }
  if (map.lengths.length !== count) return [`bundle.chunks has ${count} digests for ${map.lengths.length} lengths`]
  const sum = map.lengths.reduce((total, length) => total + length, 0)
  return sum === size ? [] : [`bundle.chunks.lengths add up to ${sum}, but bundle.size is ${size}`]
}

function entryIssues({ entry, bundle: { format }, files }: PluginManifest): string[] {
  if (format === 'file' && entry.includes('/')) return ['entry must be a plain file name when bundle.format is "file"']
  if (files && !Object.hasOwn(files, entry)) return ['entry is not among files']
  return []
}

function fileNameIssues({ files = {} }: PluginManifest): string[] {
  const issue = fileNameIssue(Object.keys(files))
  return issue ? [`files: ${issue}`] : []
}

/** Who announces that older versions are to be had no more may not be one of them. */
function minimumIssues({ version, minimumVersion }: PluginManifest): string[] {
  if (minimumVersion === undefined || compareVersions(minimumVersion, version) <= 0) return []
  return [`minimumVersion: ${minimumVersion} is above the version itself, ${version}`]
}

/** Nobody would install them; to leave that out in silence would break the plugin where it is used. */
function dependencyIssues(manifest: PluginManifest): string[] {
  const { dependencies = [] } = manifest as { readonly dependencies?: unknown } // an unknown field, of any type
  const isNone = typeof dependencies === 'object' && Object.keys(dependencies ?? {}).length === 0
  return isNone ? [] : ['dependencies: plugdock installs none; put what the plugin needs into its bundle']
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const at = v.getDotPath(issue)
  const words = wordsOf(issue)
  return at ? `${at}: ${words}` : words
}

function wordsOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'check') return issue.message
  if (issue.received === 'undefined') return 'is missing'
  return `must be ${issue.expected ?? 'something else'}, not ${issue.received}`
}

function manifestError(
  issues: readonly string[],
  url: string | undefined,
  { cause, isWebPage }: { cause?: unknown; isWebPage?: boolean } = {},
): ManifestError {
  const from = url ? ` (${url})` : ''
  const rest = issues.length > 3 ? `; and ${issues.length - 3} more` : ''
  const message = `The manifest cannot be used${from}: ${issues.slice(0, 3).join('; ')}${rest}`
  return new ManifestError(message, { issues, url, isWebPage }, { cause })
}
