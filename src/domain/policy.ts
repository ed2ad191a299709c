import { UnsupportedError } from './errors/index.js'

/** How much of the network the user lets downloads have. Persisted; what the user changed wins over options. */
export interface BandwidthPolicy {
  readonly connection: 'auto' | 'metered' | 'unmetered'
  readonly onMetered: 'allow' | 'ask' | 'wait'
  readonly askAboveBytes: number
  readonly saveData: 'respect' | 'ignore'
  /** Of all downloads together. Absent: no limit. */
  readonly limitBytesPerSecond?: number
}

/** What a user changed; `undefined` for a limit that was taken away. */
export type PolicyChange = { readonly [Key in keyof BandwidthPolicy]?: BandwidthPolicy[Key] | undefined }

export const DEFAULT_BANDWIDTH_POLICY: BandwidthPolicy = {
  connection: 'auto',
  onMetered: 'ask',
  askAboveBytes: 10_000_000,
  saveData: 'respect',
}

/** The policy with a change. */
export function changedPolicy(policy: BandwidthPolicy, change: PolicyChange): BandwidthPolicy {
  const { limitBytesPerSecond, ...rest } = { ...policy, ...change }
  const given = Object.entries(rest).filter(([, value]) => value !== undefined)
  const limit = limitBytesPerSecond === undefined ? {} : { limitBytesPerSecond }
  return { ...DEFAULT_BANDWIDTH_POLICY, ...Object.fromEntries(given), ...limit }
}

const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  connection: ['auto', 'metered', 'unmetered'],
  onMetered: ['allow', 'ask', 'wait'],
  saveData: ['respect', 'ignore'],
}

/** Throws `UnsupportedError` that names the setting. */
export function assertPolicyChange(change: PolicyChange): void {
  for (const [name, value] of Object.entries(change)) {
    if (CHOICES[name]) assertChoice(name, value, CHOICES[name])
    else if (name === 'askAboveBytes') assertBytes(name, value, 0)
    else if (name === 'limitBytesPerSecond') assertLimit(value)
    else throw new UnsupportedError(`A bandwidth policy has no setting "${name}"`)
  }
}

/** Throws `UnsupportedError` for a speed limit that is none; `undefined` is: no limit. */
export function assertLimit(bytesPerSecond: unknown): void {
  assertBytes('limitBytesPerSecond', bytesPerSecond, 1)
}

function assertChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (value === undefined || choices.includes(value)) return
  throw new UnsupportedError(`bandwidth.${name} must be one of ${choices.join(', ')}, not ${value}`)
}

function assertBytes(name: string, value: unknown, least: number): void {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= least)) return
  throw new UnsupportedError(`bandwidth.${name} must be a number of bytes, at least ${least}, not ${value}`)
}
