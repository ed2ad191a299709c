/** Leases: who uses a bundle. Shared holders keep it; an exclusive holder may delete it. */
export interface Leases {
  /** Settles when held. */
  share(address: string): Promise<Release>
  /** `undefined` while anybody shares it. */
  tryExclusive(address: string): Promise<Release | undefined>
  /** Whether anybody, here or elsewhere, shares it now. */
  isShared(address: string): Promise<boolean>
  /** All that anybody, here or elsewhere, shares now. */
  shared(): Promise<ReadonlySet<string>>
}

/** Idempotent. */
export type Release = () => void
