import type { ReactNode } from 'react'
import { useBandwidthPolicy, useConditions } from '../dock/useNetwork.js'
import { BandwidthSettings, type BandwidthSettingsProps } from './BandwidthSettings.js'

export type DockBandwidthSettingsProps = Pick<BandwidthSettingsProps, 'headingLevel' | 'className'>

/** The dock's bandwidth policy, on the network of this device. */
export function DockBandwidthSettings(props: DockBandwidthSettingsProps): ReactNode {
  const { policy, change, reset } = useBandwidthPolicy()
  const conditions = useConditions()
  return <BandwidthSettings {...props} policy={policy} conditions={conditions} onChange={change} onReset={reset} />
}
