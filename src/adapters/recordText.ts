/**
 * A record as stores keep it: JSON, and a line with its checksum, so that neither a torn record nor one with a bit
 * that flipped is taken for a record.
 */
export function encodeRecord(value: unknown): string {
  const json = JSON.stringify(value)
  return `${json}\n${checksumOf(json)}`
}

/** `undefined` for what is damaged. JSON alone is taken as it is. */
export function decodeRecord(text: unknown): unknown {
  if (typeof text !== 'string') return undefined
  const end = text.indexOf('\n')
  const json = end < 0 ? text : text.slice(0, end)
  if (end >= 0 && text.slice(end + 1) !== checksumOf(json)) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** FNV-1a, of 32 bits: it tells of accidents, not of attacks. */
function checksumOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
