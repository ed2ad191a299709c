import type { InlineManifest } from './dockState.js'

/** How sources that are manifests are called where a URL would stand. */
export const INLINE = 'inline:'

/**
 * Names a source. A URL is its own name, in the form that URLs have once read; a manifest is put aside under a label
 * that is the same for the same version of the same bundle.
 */
export function intake(inbox: Map<string, InlineManifest>, source: unknown, baseUrl: string | undefined): string {
  if (source instanceof URL) return source.href
  if (typeof source === 'string') return URL.canParse(source) ? new URL(source).href : source
  const label = INLINE + describe(source)
  inbox.set(label, { manifest: source, baseUrl })
  return label
}

function describe(manifest: unknown): string {
  if (!isRecord(manifest)) return `no manifest (${typeof manifest})`
  const { id, version, bundle } = manifest
  return `${String(id)}@${String(version)}#${isRecord(bundle) ? String(bundle.integrity) : 'no bundle'}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
