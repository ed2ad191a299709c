import { UnsupportedError } from './errors/index.js'
import { VERSION_PATTERN } from './version.js'

/** The app that plugins run in, as manifests' `engines` may name it. */
export interface HostIdentity {
  /** SemVer. */
  readonly version: string
  /** `undefined`: every entry of `engines` means this app. */
  readonly name: string | undefined
}

/** Throws `UnsupportedError` for options that name no version. */
export function readHostIdentity(options: {
  readonly hostVersion?: string | undefined
  readonly hostName?: string | undefined
}): HostIdentity | undefined {
  const { hostVersion: version, hostName: name } = options
  if (version === undefined) return undefined
  if (VERSION_PATTERN.test(version)) return { version, name }
  throw new UnsupportedError(`options.hostVersion must be a SemVer version such as 2.1.0, "${version}" is none`)
}
