import { expect } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import type { SignedDocument, SignedManifest } from '../../../src/domain/envelope.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import type { PluginManifest } from '../../../src/domain/manifest.js'
import type { TrustedKey, TrustOptions } from '../../../src/domain/trust.js'
import { generateSigningKey, type SigningKey, signManifest } from '../../../src/publish/index.js'
import { type BuiltPlugin, buildPlugin, type MemoryHostOptions, type PluginBuild } from '../../../src/testing/index.js'
import { codeOf, createVersionStage, type VersionStage } from '../dock/versionStage.js'

export const ID = 'acme.charts'
export const [ALICE, BOB, MALLORY] = [generateSigningKey(), generateSigningKey(), generateSigningKey()] as const

/** The option `trust` with the public parts of these keys. */
export function trusting(keys: readonly (SigningKey | TrustedKey)[], rest: Partial<TrustOptions> = {}): TrustOptions {
  return { keys: keys.map((key) => ('trustedKey' in key ? key.trustedKey : key)), ...rest }
}

export function signedBy(manifest: PluginManifest | Uint8Array, ...keys: readonly SigningKey[]): SignedManifest {
  return signManifest(
    manifest,
    keys.map(({ privateKeyPem }) => privateKeyPem),
  )
}

export interface TrustStage extends VersionStage {
  /** Puts a plugin on the origin whose manifest is made of its own by `change`: an envelope, or bytes. */
  offer(plugin: BuiltPlugin, change: (manifest: PluginManifest) => object | Uint8Array): string
  /** Builds one with code that can be imported, signs it, and puts it on the origin. */
  offerSigned(build: PluginBuild, keys: readonly SigningKey[], more?: object): Promise<string>
  /** How a download from there ends: `installed`, or the error's code, with its reason where there is one. */
  outcome(dock: PluginDock, source: string): Promise<string>
  /** Everything that is kept of bundles, and how often bundles were asked for. */
  reached(): Promise<{ readonly stored: number; readonly requests: number }>
}

export function createTrustStage(options: MemoryHostOptions = {}): TrustStage {
  const stage = createVersionStage(options)
  const folderOf = (manifest: PluginManifest): string => `/${manifest.id}/${manifest.version}`
  const own = {
    offer({ manifest, bytes }: BuiltPlugin, change: (manifest: PluginManifest) => object | Uint8Array): string {
      const document = change(manifest)
      const path = `${folderOf(manifest)}/manifest.json`
      stage.origin.put(path, document instanceof Uint8Array ? document : JSON.stringify(document))
      stage.origin.put(`${folderOf(manifest)}/${manifest.bundle.urls[0]}`, bytes)
      return stage.origin.urlOf(path)
    },
    async offerSigned(build: PluginBuild, keys: readonly SigningKey[], more: object = {}): Promise<string> {
      const bytes = codeOf(build.version ?? '1.0.0')
      const plugin = await buildPlugin({ bytes, chunkLengths: bytes.length, ...build })
      return own.offer(plugin, (manifest) => signedBy({ ...manifest, ...more }, ...keys))
    },
    async outcome(dock: PluginDock, source: string): Promise<string> {
      const task = await dock.downloads.startDownload(source)
      return task.finished.then(() => 'installed', outcomeOf)
    },
    async reached() {
      const bundles = stage.origin.requests.filter(({ path }) => !path.endsWith('.json'))
      return { stored: (await stage.host.bundles.list()).length, requests: bundles.length }
    },
  }
  return { ...stage, ...own }
}

export function outcomeOf(error: unknown): string {
  if (!(error instanceof PluginDockError)) throw error
  const { reason } = error as { readonly reason?: string } // of signatures
  return reason === undefined ? error.code : `${error.code}: ${reason}`
}

/** The envelope with another payload, and the signatures that it has. */
export function withPayload<T extends SignedDocument>(envelope: T, change: (text: string) => string): T {
  const text = Buffer.from(envelope.payload, 'base64').toString()
  return { ...envelope, payload: Buffer.from(change(text)).toString('base64') }
}

/** What is refused before anything of it is kept: nothing is stored, nothing asked for, and no prototype is another. */
export async function expectRefused(
  document: (manifest: PluginManifest) => object | Uint8Array,
  outcome: string,
  words: RegExp,
) {
  const stage = createTrustStage()
  const dock = await stage.open()
  const url = stage.offer(await buildPlugin({ bytes: codeOf('1.0.0'), chunkLengths: 10 }), document)
  const task = await dock.downloads.startDownload(url)
  await expect(task.finished).rejects.toThrow(words)
  expect(await task.finished.catch(outcomeOf)).toBe(outcome)
  expect(await stage.reached()).toEqual({ stored: 0, requests: 0 })
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}
