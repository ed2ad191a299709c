import type { TrustOptions } from '../src/domain/trust.js'

export type Target = (bytes: Uint8Array) => Promise<void>
export type TargetName = 'manifest' | 'envelope' | 'zip'

export declare const TRUST: TrustOptions
export declare function createTargets(modules: object): Readonly<Record<TargetName, Target>>
export declare function runTarget(
  target: Target,
  bytes: Uint8Array,
  isOwnError: (error: unknown) => boolean,
): Promise<void>
