import { DowngradeError, ManifestError } from '../domain/errors/index.js'
import { assertHostFits } from '../domain/hostVersion.js'
import type { DownloadPlan, VersionRecord } from '../domain/records.js'
import { compareVersions } from '../domain/version.js'
import { type Floor, floorOf, refusalOf } from '../domain/versions.js'
import { versionsOf } from '../domain/versionsOf.js'
import { isWholeKey } from './bundlePlan.js'
import { type DockState, storesOf } from './dockState.js'
import type { OpenedManifest } from './openManifest.js'
import { quarantined } from './quarantined.js'

/** What is about to be installed. */
export interface Candidate {
  readonly plan: Pick<DownloadPlan, 'pluginId' | 'version' | 'partialKey' | 'integrity'>
  readonly opened: OpenedManifest
}

/**
 * Throws `QuarantinedError` for a bundle that failed here and is still in quarantine; `UnsupportedError` for one that is
 * made for other versions of the app; `ManifestError` for a second bundle of a version where both are signed; and
 * `DowngradeError` for a version below the floor, unless that is `allowed`.
 */
export function assertAcceptable(state: DockState, { plan, opened }: Candidate, allowed: boolean): void {
  const { pluginId, version } = plan
  const history = storesOf(state).history.of(pluginId)
  const failed = refusalOf(history, plan, state.host.clock.now())
  if (failed) throw quarantined(pluginId, failed)
  assertHostFits(opened.manifest, state.hostIdentity)
  if (opened.signedBy.length > 0) assertOneBundle(state, plan)
  const floor = floorOf(history, { epoch: state.trust.epoch, shipped: state.minimumVersions.get(pluginId) })
  if (allowed || !floor || compareVersions(version, floor.version) >= 0) return
  const message = `${pluginId} ${version} is older than ${floor.version}, ${WHY_FLOOR[floor.by]}; allowDowngrade installs it all the same`
  throw new DowngradeError(message, { pluginId, version, floor: floor.version })
}

const WHY_FLOOR: Readonly<Record<Floor['by'], string>> = {
  health: 'which works here',
  publisher: 'the lowest version that its publisher stands by',
  app: 'the lowest version that this app takes',
}

/** Whoever signs two bundles as one version, or has a key stolen that does, is told from who publishes an update. */
function assertOneBundle(state: DockState, plan: Candidate['plan']): void {
  const { pluginId, version } = plan
  const installed = storesOf(state).index.get(pluginId)
  const twin =
    installed && versionsOf(installed).find((other) => other.version === version && isOtherSigned(other, plan))
  if (!twin) return
  const issue = `${pluginId} ${version} is on this device with other bytes, and both are signed: what is signed never changes, publish a new version`
  throw new ManifestError(issue, { issues: [issue] })
}

function isOtherSigned(
  { address, integrity, signedBy = [] }: VersionRecord,
  plan: Pick<DownloadPlan, 'partialKey' | 'integrity'>,
): boolean {
  if (signedBy.length === 0) return false
  // with chunks those decide: what the manifest says of the whole may never have been looked at
  return isWholeKey(plan.partialKey) ? integrity !== plan.integrity : address !== plan.partialKey
}
