import { UnsupportedError } from './errors/index.js'
import type { HostIdentity } from './hostIdentity.js'
import { fitsRange, lowestFitting, parseRange } from './versionRange.js'

/** What of a manifest says what it is made for. */
interface Made {
  readonly id: string
  readonly version: string
  readonly engines?: Readonly<Record<string, string>> | undefined
}

/** Throws `UnsupportedError`, which says what would fit, for a plugin that is made for other versions of the app. */
export function assertHostFits({ id: pluginId, version, engines = {} }: Made, host: HostIdentity | undefined): void {
  if (!host) return
  for (const [engine, range] of Object.entries(engines)) {
    if (host.name !== undefined && engine !== host.name) continue
    const reason = misfit(range, host)
    if (reason === undefined) continue
    const message = `${pluginId} ${version} needs ${engine} ${range}, and this is ${host.version}: ${reason}`
    throw new UnsupportedError(message, { needs: { engine, range, hostVersion: host.version, lowest: lowest(range) } })
  }
}

/** The range's issue, for the manifest's own check; `undefined` where it is one. */
export function rangeIssue(range: string): string | undefined {
  return parseRange(range) ? undefined : 'is no range of versions, such as ^2 or >=1.4 <3'
}

function misfit(range: string, host: HostIdentity): string | undefined {
  const parsed = parseRange(range)
  if (!parsed || fitsRange(host.version, parsed)) return undefined
  const fitting = lowestFitting(parsed)
  if (fitting === undefined) return 'no version fits, so its publisher has to mend the range'
  return `${fitting} is the lowest version that fits`
}

function lowest(range: string): string | undefined {
  const parsed = parseRange(range)
  return parsed && lowestFitting(parsed)
}
