import { type Bytes, fromBase64, toHex } from './bytes.js'
import { UnsupportedError } from './errors/index.js'

/** A public key whose owner may sign manifests. `plugdock keygen` writes one. */
export interface TrustedKey {
  /** How envelopes name it. */
  keyid: string
  algorithm: 'ed25519'
  /** `{ kty: 'OKP', crv: 'Ed25519', x }`. */
  publicKey: JsonWebKey
  /** The plugins that it may sign: ids, or beginnings such as `acme.*`. Such a key signs no lists of keys. @default all */
  plugins?: readonly string[]
}

/** Whose manifests a dock installs. */
export interface TrustOptions {
  keys: readonly TrustedKey[]
  /** How many different keys have to have signed. @default 1 */
  threshold?: number
  /** Whether unsigned manifests are refused. What claims to be signed by one of `keys` is verified in any case. @default true */
  required?: boolean
  /**
   * Where a newer list of keys is, should there be one: signed by the keys before it. It is asked for before a manifest is
   * verified, at most once a minute; what it said last is kept. @default none: the keys above are all there ever are
   */
  keyList?: string | URL
}

/** A key, ready for use. */
export interface RingKey {
  readonly keyid: string
  /** 32 bytes. */
  readonly publicKey: Bytes
  /** The same in hex: what tells one key from another, whatever it is called. */
  readonly fingerprint: string
  readonly plugins?: readonly string[] | undefined
}

/** Keys of which `threshold` different ones have to sign. */
export interface KeyRing {
  readonly keys: readonly RingKey[]
  readonly threshold: number
}

/** The option `trust`, checked. */
export interface TrustRules {
  readonly root: KeyRing
  readonly isRequired: boolean
  readonly keyListUrl: string | undefined
}

export const MAX_KEY_ID_LENGTH = 256
const MAX_KEYS = 64
const PUBLIC_KEY_BYTES = 32
const PLUGIN_SCOPE = /^([a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?|([a-z0-9][a-z0-9._-]{0,126})?\*)$/

/** Throws `UnsupportedError` for options that could not mean what they say. */
export function readTrust(options: TrustOptions): TrustRules {
  const { keys, threshold = 1, required = true, keyList } = options
  const reading = readKeyRing(keys, threshold)
  if (reading.ring === undefined) throw new UnsupportedError(`options.trust cannot be used: ${reading.issue}`)
  if (keyList !== undefined && !URL.canParse(keyList))
    throw new UnsupportedError(`options.trust.keyList must be a URL, "${keyList}" is none`)
  if (keyList !== undefined && !maySignLists(reading.ring, reading.ring.keys))
    throw new UnsupportedError(`options.trust.keyList is of no use: ${TOO_FEW_FOR_LISTS}`)
  if (typeof required !== 'boolean') throw new UnsupportedError('options.trust.required must be true or false')
  return {
    root: reading.ring,
    isRequired: required,
    keyListUrl: keyList === undefined ? undefined : new URL(keyList).href,
  }
}

export type KeyRingReading =
  | { readonly ring: KeyRing; readonly issue?: undefined }
  | { readonly ring?: undefined; readonly issue: string }

/** Keys and threshold as somebody wrote them; `issue` names the first fault, as the end of a sentence. */
export function readKeyRing(keys: unknown, threshold: unknown): KeyRingReading {
  if (!Array.isArray(keys) || keys.length === 0) return { issue: '"keys" names no key' }
  if (keys.length > MAX_KEYS) return { issue: `"keys" names more than ${MAX_KEYS}` }
  const ring: RingKey[] = []
  for (const [index, value] of keys.entries()) {
    const key = readKey(value)
    if (typeof key === 'string') return { issue: `keys[${index}] ${key}` }
    if (ring.some(({ keyid }) => keyid === key.keyid)) return { issue: `two keys are called "${key.keyid}"` }
    ring.push(key)
  }
  const different = new Set(ring.map(({ fingerprint }) => fingerprint)).size
  if (!isWholeNumber(threshold) || threshold < 1) return { issue: '"threshold" is no whole number from 1' }
  if (threshold > different) return { issue: `"threshold" is ${threshold}, and there are ${different} different keys` }
  return { ring: { keys: ring, threshold } }
}

/** Whether the key may sign for this plugin. */
export function maySign({ plugins }: Pick<RingKey, 'plugins'>, pluginId: string): boolean {
  if (plugins === undefined) return true
  return plugins.some((scope) => (scope.endsWith('*') ? pluginId.startsWith(scope.slice(0, -1)) : pluginId === scope))
}

/** Why nobody could follow a list that these keys have signed, as the end of a sentence. */
export const TOO_FEW_FOR_LISTS = 'too few of the keys are for all plugins, and only such may sign a list of keys'

/** Whether these are enough to say which keys are good: who may sign for some plugins has no say in who signs the others. */
export function maySignLists({ threshold }: Pick<KeyRing, 'threshold'>, signers: readonly RingKey[]): boolean {
  const fitting = signers.filter(({ plugins }) => plugins === undefined)
  return new Set(fitting.map(({ fingerprint }) => fingerprint)).size >= threshold
}

/** The key, or what is wrong with it. The algorithm is the key's own: no message has a say in it. */
function readKey(value: unknown): RingKey | string {
  if (!isRecord(value)) return 'is no object'
  const { keyid, algorithm, publicKey, plugins } = value
  if (typeof keyid !== 'string' || keyid === '' || keyid.length > MAX_KEY_ID_LENGTH)
    return `has no "keyid" of 1 to ${MAX_KEY_ID_LENGTH} characters`
  if (algorithm !== 'ed25519') return `is for the algorithm ${JSON.stringify(algorithm)}; only "ed25519" is known`
  const bytes = publicBytes(publicKey)
  if (typeof bytes === 'string') return bytes
  if (plugins !== undefined && !isScopes(plugins)) return '"plugins" is no list of plugin ids, or beginnings with a *'
  return { keyid, publicKey: bytes, fingerprint: toHex(bytes), plugins }
}

function publicBytes(key: unknown): Bytes | string {
  if (!isRecord(key)) return 'has no "publicKey" (a JSON Web Key)'
  if ('d' in key) return 'holds a private key; give away its public part only'
  if (key.kty !== 'OKP' || key.crv !== 'Ed25519') return '"publicKey" is no key of kty "OKP" and crv "Ed25519"'
  if (key.alg !== undefined && key.alg !== 'EdDSA' && key.alg !== 'Ed25519')
    return `"publicKey" is for alg ${JSON.stringify(key.alg)}`
  const bytes = typeof key.x === 'string' ? fromBase64Url(key.x) : undefined
  return bytes?.length === PUBLIC_KEY_BYTES ? bytes : '"publicKey.x" is no base64url of 32 bytes'
}

function fromBase64Url(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined
  const standard = text.replaceAll('-', '+').replaceAll('_', '/')
  return fromBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='))
}

function isScopes(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((scope) => typeof scope === 'string' && PLUGIN_SCOPE.test(scope))
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
