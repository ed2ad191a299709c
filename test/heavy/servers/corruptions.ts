import { compressibleBytes, MADE_AT, type Site, TOUCHED_AT } from './site.js'

/** What happens to the file on the server while it is under way. */
export interface Corruption {
  readonly name: string
  readonly strike: (site: Site) => Promise<void>
}

/** Those that other downloaders report as success: in the middle of a transfer the server has another file. */
export const CORRUPTIONS: readonly Corruption[] = [
  {
    name: 'other bytes under another ETag, and a cut',
    async strike(site) {
      await site.put(wrongBytes(site), TOUCHED_AT)
      cutAndGoOn(site)
    },
  },
  {
    name: 'a shorter file, and a cut',
    async strike(site) {
      await site.put(site.bytes.subarray(0, site.bytes.length / 2), TOUCHED_AT)
      cutAndGoOn(site)
    },
  },
  {
    name: 'other bytes under the same ETag, and a cut',
    async strike(site) {
      await site.put(wrongBytes(site), MADE_AT)
      cutAndGoOn(site)
    },
  },
  {
    name: 'other bytes in the middle of an answer',
    async strike(site) {
      await site.put(wrongBytes(site), MADE_AT)
      site.gate.release()
    },
  },
]

function wrongBytes({ bytes }: Site): Uint8Array {
  return compressibleBytes(bytes.length, 'wrong')
}

function cutAndGoOn({ gate }: Site): void {
  gate.cut()
  gate.release()
}
