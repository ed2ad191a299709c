import { toHex } from '../domain/bytes.js'
import { ChunkMap } from '../domain/chunks.js'
import { ExpiredError, ManifestError, UntrustedOriginError } from '../domain/errors/index.js'
import type { PluginManifest } from '../domain/manifest.js'
import { isAllowedOrigin, sharedOrigin } from '../domain/origins.js'
import type { DownloadPlan, InstalledRecord } from '../domain/records.js'
import type { Digester } from '../ports/digester.js'

/** The bundle's map where the manifest brings one. */
export function chunkMapOf({ bundle }: PluginManifest): ChunkMap | undefined {
  return bundle.chunks && ChunkMap.from(bundle.size, bundle.chunks)
}

/** The address of a bundle: the SHA-256 of its canonical chunk map, in hex. */
export async function addressOf(map: ChunkMap, digester: Digester): Promise<string> {
  return toHex(await digester.digest(map.canonicalBytes()))
}

/**
 * The bundle's URLs, absolute. Throws for one that cannot be read (`ManifestError`) or that bundles may not come from
 * (`UntrustedOriginError`); a `file:` URL is one that only a manifest which is itself a local file may name.
 */
export function bundleUrls(
  { bundle }: PluginManifest,
  baseUrl: string | undefined,
  allowedOrigins: readonly string[] | undefined,
): string[] {
  return bundle.urls.map((text) => {
    if (!URL.canParse(text, baseUrl)) {
      const issue = `bundle.urls: "${text}" is no URL${baseUrl ? '' : '; a relative one needs the option baseUrl'}`
      throw new ManifestError(`The manifest cannot be used: ${issue}`, { issues: [issue], url: baseUrl })
    }
    const url = new URL(text, baseUrl)
    assertAllowed(url, baseUrl, allowedOrigins)
    return url.href
  })
}

/** Throws `ExpiredError` from the manifest's last moment on. */
export function assertNotExpired({ expires }: PluginManifest, now: number): void {
  if (expires === undefined || Date.parse(expires) > now) return
  throw new ExpiredError(`The manifest expired on ${expires}; the publisher has to renew it`, { expires })
}

/** What the charts need of a manifest. */
export async function planOf(
  manifest: PluginManifest,
  urls: readonly string[],
  installed: InstalledRecord | undefined,
  digester: Digester,
): Promise<DownloadPlan> {
  const { id, version, name, bundle } = manifest
  return {
    pluginId: id,
    version,
    name,
    totalBytes: bundle.size,
    partialKey: await partialKeyOf(manifest, digester),
    integrity: bundle.integrity,
    origin: sharedOrigin(new URL(urls[0] ?? '').origin),
    previousVersion: installed?.active.version === version ? undefined : installed?.active.version,
  }
}

/** Whether the active version is this very bundle: then there is nothing to do. */
export function isSameBundle(
  plan: DownloadPlan,
  { bundle }: PluginManifest,
  installed: InstalledRecord | undefined,
): boolean {
  if (installed?.active.version !== plan.version) return false
  const { address, integrity, sizeBytes } = installed.active
  return bundle.chunks ? address === plan.partialKey : integrity === bundle.integrity && sizeBytes === bundle.size
}

const WHOLE = 'whole-'

/** Whether a plan's key stands for a bundle without chunks. */
export function isWholeKey(partialKey: string): boolean {
  return partialKey.startsWith(WHOLE)
}

/** With chunks the address that the bundle will have; else a name for the claim, under which nothing is ever sealed. */
async function partialKeyOf(manifest: PluginManifest, digester: Digester): Promise<string> {
  const map = chunkMapOf(manifest)
  if (map) return addressOf(map, digester)
  const { integrity, size } = manifest.bundle
  return `${WHOLE}${toHex(await digester.digest(new TextEncoder().encode(`${integrity} ${size}`)))}`
}

function assertAllowed(url: URL, baseUrl: string | undefined, allowedOrigins: readonly string[] | undefined): void {
  const isLocal = url.protocol === 'file:' && baseUrl?.startsWith('file:')
  if (isLocal || isAllowedOrigin(url, allowedOrigins)) return
  const shown = url.origin === 'null' ? `a ${url.protocol} URL` : url.origin
  const message = `The manifest names ${shown} as a source, and downloads are not allowed from there`
  throw new UntrustedOriginError(message, { url: url.href })
}
