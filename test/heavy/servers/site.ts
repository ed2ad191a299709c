import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PluginManifest } from '../../../src/domain/manifest.js'
import { buildPlugin, seededBytes } from '../../../src/testing/index.js'
import { Gate } from './gate.js'
import { RealServer, type RealServerOptions } from './realServer.js'

export const CHUNK_BYTES = 128 * 1024
export const PLUGIN_ID = 'acme.charts'
export const BUNDLE = 'bundle.js'

/** What a manifest says of its bundle beyond url, size and integrity. */
export type Knowledge = 'chunks' | 'no chunks'

/** Long ago: Apache's ETags are weak where a file was changed within the last second. */
export const MADE_AT = new Date('2025-03-01T12:00:00Z')
export const TOUCHED_AT = new Date('2025-03-02T12:00:00Z')

export interface SiteOptions extends RealServerOptions {
  readonly sizeBytes: number
}

/** A bundle on a real server behind a gate, and a folder for whoever installs it. */
export class Site {
  readonly server: RealServer
  readonly gate: Gate
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly folder: string

  private constructor(server: RealServer, gate: Gate, bytes: Uint8Array<ArrayBuffer>, folder: string) {
    this.server = server
    this.gate = gate
    this.bytes = bytes
    this.folder = folder
  }

  static async open({ sizeBytes, ...options }: SiteOptions): Promise<Site> {
    const server = await RealServer.open(options)
    const gate = await Gate.open(server.port)
    const folder = await mkdtemp(join(tmpdir(), 'plugdock-site-'))
    const site = new Site(server, gate, compressibleBytes(sizeBytes, 'right'), folder)
    await site.put(site.bytes, MADE_AT)
    return site
  }

  /** Through the gate. */
  get bundleUrl(): string {
    return `${this.gate.url}/${BUNDLE}`
  }

  /** One that tells the truth about the right bytes. */
  async manifest(knowledge: Knowledge, url = this.bundleUrl): Promise<PluginManifest> {
    const chunkLengths = knowledge === 'chunks' ? CHUNK_BYTES : 'none'
    const { manifest } = await buildPlugin({ id: PLUGIN_ID, bytes: this.bytes, chunkLengths, entry: BUNDLE })
    return { ...manifest, bundle: { ...manifest.bundle, urls: [url] } }
  }

  /** The same on the server. Its URL goes past the gate. */
  async publishManifest(knowledge: Knowledge): Promise<string> {
    const text = JSON.stringify(await this.manifest(knowledge))
    await this.server.put('manifest.json', new TextEncoder().encode(text), MADE_AT)
    return `${this.server.url}/manifest.json`
  }

  /** What the server has from now on under the bundle's URL. */
  async put(bytes: Uint8Array, modifiedAt: Date): Promise<void> {
    await this.server.put(BUNDLE, bytes, modifiedAt)
  }

  /** As the server tells it to whoever takes the bytes as they are. */
  async etag(): Promise<string | null> {
    const headers = { 'accept-encoding': 'identity' }
    return (await fetch(`${this.server.url}/${BUNDLE}`, { method: 'HEAD', headers })).headers.get('etag')
  }

  async close(): Promise<void> {
    await this.gate.close()
    await this.server.close()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Half as long when compressed, and the same for the same seed. */
export function compressibleBytes(sizeBytes: number, seed: string): Uint8Array<ArrayBuffer> {
  const hex = Buffer.from(seededBytes(Math.ceil(sizeBytes / 2), seed)).toString('hex')
  return new Uint8Array(Buffer.from(hex.slice(0, sizeBytes)))
}

/** Every bundle that lies in a dock's directory under its final name. */
export async function sealedBundles(directory: string): Promise<readonly Buffer[]> {
  const folder = join(directory, 'bundles')
  const names = await readdir(folder).catch(() => [])
  return Promise.all(names.map((name) => readFile(join(folder, name))))
}
