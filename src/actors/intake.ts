import type { InlineManifest } from './dockState.js'

/** How sources that are manifests are called where a URL would stand. */
export const INLINE = 'inline:'

/**
 * Names a source. A URL is its own name, in the form that URLs have once read; a manifest is put aside, as it is now,
 * under a label that is the same for the same text and base, and for no other.
 */
export function intake(inbox: Map<string, InlineManifest>, source: unknown, baseUrl: string | undefined): string {
  if (source instanceof URL) return source.href
  if (typeof source === 'string') return inbox.has(source) ? source : hrefOf(source)
  const text = jsonOf(source)
  return putAside(inbox, { manifest: JSON.parse(text), baseUrl }, text)
}

/** The same of a manifest that nobody else holds, and that is JSON. */
export function putAside(
  inbox: Map<string, InlineManifest>,
  inline: InlineManifest,
  text = jsonOf(inline.manifest),
): string {
  const label = `${INLINE}${describe(inline.manifest)} ${fingerprint(`${inline.baseUrl ?? ''} ${text}`)}`
  inbox.set(label, inline)
  return label
}

/** A manifest is JSON: what of it is none is no part of it. */
export function jsonOf(source: unknown): string {
  try {
    return JSON.stringify(source) ?? 'null'
  } catch {
    return 'null'
  }
}

function hrefOf(source: string): string {
  return URL.canParse(source) ? new URL(source).href : source
}

function describe(manifest: unknown): string {
  if (!isRecord(manifest)) return 'no manifest'
  return `${String(manifest.id)}@${String(manifest.version)}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** FNV-1a, 32 bits, from both ends: tells texts apart, and proves nothing. */
function fingerprint(text: string): string {
  let forward = 2_166_136_261
  let backward = 2_166_136_261
  for (let at = 0; at < text.length; at++) {
    forward = Math.imul(forward ^ text.charCodeAt(at), 16_777_619)
    backward = Math.imul(backward ^ text.charCodeAt(text.length - 1 - at), 16_777_619)
  }
  return [forward, backward].map((half) => (half >>> 0).toString(36)).join('')
}
