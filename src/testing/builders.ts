import { type Bytes, toBase64 } from '../domain/bytes.js'
import { ChunkMap, DIGEST_LENGTH } from '../domain/chunks.js'
import { formatIntegrity } from '../domain/integrity.js'
import type { PluginManifest } from '../domain/manifest.js'
import type { ScriptedOrigin } from './scriptedOrigin.js'

export interface PluginBuild {
  /** @default 'acme.charts' */
  readonly id?: string
  /** @default '1.0.0' */
  readonly version?: string
  readonly name?: string
  /** The bundle. @default `size` bytes that only depend on id, version and `seed` */
  readonly bytes?: Bytes
  /** @default 300_000 */
  readonly size?: number
  readonly seed?: number
  /** @default 'index.js' */
  readonly entry?: string
  /** One number, a list, or `undefined` for a manifest without chunks. @default 65536 */
  readonly chunkLengths?: number | readonly number[] | 'none'
}

/** A plugin whose manifest tells the truth about its bytes. */
export interface BuiltPlugin {
  readonly manifest: PluginManifest
  readonly bytes: Bytes
}

/** Builds a single-file plugin. Change the parts of what comes back to make one that lies. */
export async function buildPlugin(build: PluginBuild = {}): Promise<BuiltPlugin> {
  const { id = 'acme.charts', version = '1.0.0', entry = 'index.js', chunkLengths = 65_536 } = build
  const bytes = build.bytes ?? seededBytes(build.size ?? 300_000, `${id} ${version} ${build.seed ?? 0}`)
  const integrity = formatIntegrity('sha256', await sha256(bytes))
  const manifest: PluginManifest = {
    manifestVersion: 1,
    id,
    version,
    ...(build.name === undefined ? {} : { name: build.name }),
    entry,
    bundle: {
      urls: [`${id}-${version}.bin`],
      format: 'file',
      size: bytes.length,
      integrity,
      ...(chunkLengths === 'none' ? {} : { chunks: await describeChunks(bytes, chunkLengths) }),
    },
  }
  return { manifest, bytes }
}

/** Puts a plugin's manifest and bundle on an origin and returns the manifest's URL. */
export function publishOn(origin: ScriptedOrigin, { manifest, bytes }: BuiltPlugin): string {
  const folder = `/${manifest.id}`
  origin.put(`${folder}/manifest.json`, { bytes: JSON.stringify(manifest), contentType: 'application/json' })
  origin.put(`${folder}/${manifest.bundle.urls[0]}`, bytes)
  return origin.urlOf(`${folder}/manifest.json`)
}

/** Bytes that look random and are the same for the same seed. */
export function seededBytes(size: number, seed: string): Bytes {
  const bytes = new Uint8Array(size)
  let state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), 2_166_136_261) | 1
  for (let at = 0; at < size; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state
  }
  return bytes
}

async function describeChunks(
  bytes: Bytes,
  lengths: number | readonly number[],
): Promise<NonNullable<PluginManifest['bundle']['chunks']>> {
  const count = typeof lengths === 'number' ? Math.ceil(bytes.length / lengths) : lengths.length
  const digests = new Uint8Array(count * DIGEST_LENGTH)
  const map = ChunkMap.of(bytes.length, lengths, digests)
  for (let index = 0; index < count; index++) {
    const { offset, length } = map.run(index, index)
    digests.set(await sha256(bytes.subarray(offset, offset + length)), index * DIGEST_LENGTH)
  }
  return {
    algorithm: 'sha256',
    lengths: typeof lengths === 'number' ? lengths : [...lengths],
    digests: toBase64(digests),
  }
}

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}
