import type { DownloadFailure } from './failure.js'
import type { BandwidthPolicy } from './policy.js'

/** Why a download leaves the network alone for now. It goes on by itself when that ends. Plain data. */
export interface Hold {
  readonly code: 'offline' | 'captive-portal' | 'metered' | 'save-data' | 'consent'
  /** Who answers with a web page. */
  readonly host?: string
  /** What is still to be fetched, where somebody is asked whether it may be. */
  readonly bytesToTransfer?: number
  /** Set where it was this download that was answered with the page. */
  readonly portal?: Portal
}

/** What a download that was answered with a web page had asked for. */
export interface Portal {
  /** To be asked again, until something else comes. */
  readonly url: string
  /** Of a bundle; absent for a manifest. */
  readonly sizeBytes?: number
  /** How often it was asked again in vain. */
  readonly attempt: number
  /** What it comes to where no manifest is ever given. */
  readonly failure: Omit<DownloadFailure, 'attempt'>
}

/** What the device says of itself, as far as it decides who runs. */
interface DeviceFacts {
  readonly online: boolean
  readonly metered: boolean | undefined
  readonly saveData: boolean | undefined
}

/** What the network may be used for now: the device's word, and the user's, which wins. */
export interface Circumstances {
  readonly online: boolean
  /** Whether bytes cost. */
  readonly metered: boolean
  /** Whether the user wants to save data, and wants us to care. */
  readonly savesData: boolean
  readonly onMetered: BandwidthPolicy['onMetered']
  readonly askAboveBytes: number
}

export const FREE_NETWORK: Circumstances = {
  online: true,
  metered: false,
  savesData: false,
  onMetered: 'ask',
  askAboveBytes: 0,
}

export function circumstancesOf(policy: BandwidthPolicy, device: DeviceFacts): Circumstances {
  const { connection, onMetered, askAboveBytes, saveData } = policy
  return {
    online: device.online,
    metered: connection === 'auto' ? device.metered === true : connection === 'metered',
    savesData: saveData === 'respect' && device.saveData === true,
    onMetered,
    askAboveBytes,
  }
}

/** What a download wants of the network, and who wants it. */
export interface NetworkNeed {
  readonly lane: 'resolve' | 'transfer'
  /** `backsOff`: will want it after a failure of the network itself. */
  readonly stance: 'waits' | 'runs' | 'backsOff'
  readonly initiator: 'user' | 'automatic'
  /** `true`: whatever it costs. `false`: only where it costs nothing. */
  readonly allowMetered?: boolean | undefined
  /** Of whom it asks. */
  readonly origin: string
  readonly bytesToTransfer: number
  /** What it knows of so far. */
  readonly hold?: Hold | undefined
}

/** Origins that answer with web pages. */
export interface Portals {
  /** Whether who has met the page itself, or only heard of it, is to keep away. */
  has(origin: string, hasMetIt: boolean): boolean
}

/** Why the network is not to be used for this now; `undefined` where it may be. */
export function holdOf(need: NetworkNeed, circumstances: Circumstances, portals: Portals): Hold | undefined {
  if (!circumstances.online) return { code: 'offline' }
  if (need.stance === 'backsOff') return undefined
  return costHold(need, circumstances) ?? portalHold(need, portals)
}

export function isSameHold(left: Hold | undefined, right: Hold | undefined): boolean {
  return left?.code === right?.code && left?.host === right?.host && left?.bytesToTransfer === right?.bytesToTransfer
}

function costHold(need: NetworkNeed, circumstances: Circumstances): Hold | undefined {
  const { metered, savesData, onMetered, askAboveBytes } = circumstances
  if (need.allowMetered) return undefined
  const costs = metered && onMetered !== 'allow'
  if (need.initiator === 'automatic' || need.allowMetered === false) {
    if (costs) return { code: 'metered' }
    return savesData ? { code: 'save-data' } : undefined
  }
  // a manifest is small, and says how much there is to ask for
  if (need.lane === 'resolve' || onMetered === 'allow' || !(metered || savesData)) return undefined
  if (onMetered === 'wait') return { code: metered ? 'metered' : 'save-data' }
  const { bytesToTransfer } = need
  return bytesToTransfer > askAboveBytes ? { code: 'consent', bytesToTransfer } : undefined
}

/** Who is being answered properly goes on. */
function portalHold({ origin, stance, hold }: NetworkNeed, portals: Portals): Hold | undefined {
  if (stance === 'runs' || !portals.has(origin, hold?.portal !== undefined)) return undefined
  return hold?.portal ? hold : { code: 'captive-portal', host: new URL(origin).host }
}
