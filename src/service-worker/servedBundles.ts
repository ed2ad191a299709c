import { equalBytes, toHex } from '../domain/bytes.js'
import type { ChunkMap } from '../domain/chunks.js'
import { CorruptError, NotInstalledError } from '../domain/errors/index.js'
import type { BadChunk } from '../domain/plugin.js'
import { recordedMap } from '../domain/recordedMap.js'
import { RECORD_KINDS } from '../domain/records.js'
import { openArchive, type PluginArchive } from '../plugins/archive.js'
import { createVerifiedBundle } from '../plugins/verifiedBundle.js'
import type { BundleReader, BundleStore } from '../ports/bundleStore.js'
import type { ServedBundle, ServedVersion } from '../ports/servedFiles.js'
import type { ServedPlatform, ServedStores } from './platform.js'
import { findVersion } from './servedVersions.js'

/** Bundles kept open: their directories, and up to 1 MiB of hashed chunks each. */
const KEPT_OPEN = 4

/** A bundle in use, under a lease. */
export interface BundleInUse {
  readonly archive: PluginArchive
  /** Idempotent. `isFaulty`: what was read of it failed, so that the next one opens it anew. */
  release(isFaulty?: boolean): void
}

interface OpenBundle {
  readonly archive: PluginArchive
  close(): Promise<void>
}

interface Kept {
  readonly opened: Promise<OpenBundle>
  users: number
}

/** The bundles that a service worker hands files out of. It may be ended at any time: nothing here is more than a cache. */
export class ServedBundles {
  readonly #platform: ServedPlatform
  readonly #name: string
  /** The longest unused first. */
  readonly #kept = new Map<string, Kept>()
  #stores: Promise<ServedStores | undefined> | undefined

  constructor(platform: ServedPlatform, name: string) {
    this.#platform = platform
    this.#name = name
  }

  /** Rejects with a `PluginDockError` that says why there is no such bundle to read. */
  async use(bundle: ServedBundle, clientId: string): Promise<BundleInUse> {
    const endLease = await this.#platform.leases.share(bundle.address)
    try {
      const stores = await this.#openStores()
      if (!stores) throw new NotInstalledError(`Nothing is installed in the dock ${this.#name}`, bundle)
      const version = await findVersion(this.#platform, stores.records, bundle, { name: this.#name, clientId })
      return await this.#take(stores, bundle, version, endLease)
    } catch (error) {
      endLease()
      throw error
    }
  }

  async #take(
    stores: ServedStores,
    bundle: ServedBundle,
    version: ServedVersion,
    endLease: () => void,
  ): Promise<BundleInUse> {
    const key = `${bundle.pluginId}/${bundle.address}`
    const kept = this.#kept.get(key) ?? { opened: this.#open(stores, bundle, version), users: 0 }
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    kept.users++
    let isReleased = false
    const release = (isFaulty = false): void => {
      if (isFaulty) this.#forget(key, kept)
      if (isReleased) return
      isReleased = true
      kept.users--
      this.#closeUnused()
      if (this.#kept.get(key) !== kept && kept.users === 0) close(kept)
      endLease()
    }
    try {
      return { archive: (await kept.opened).archive, release }
    } catch (error) {
      release(true)
      throw error
    }
  }

  #forget(key: string, kept: Kept): void {
    if (this.#kept.get(key) === kept) this.#kept.delete(key)
  }

  #closeUnused(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= KEPT_OPEN) return
      if (kept.users > 0) continue
      this.#kept.delete(key)
      close(kept)
    }
  }

  async #open({ records, bundles }: ServedStores, bundle: ServedBundle, version: ServedVersion): Promise<OpenBundle> {
    const map = await this.#mapOf(records, bundle, version)
    const repair = (badChunks: readonly BadChunk[]) => this.#askForRepair(bundle, badChunks)
    const reader = await this.#openReader(bundles, bundle, version, map)
    const verified = createVerifiedBundle({
      reader,
      map,
      digester: this.#platform.digester,
      pluginId: bundle.pluginId,
      version: version.version,
      mend: async (damage) => {
        const sound = await this.#openSound(bundles, bundle.address, map, damage.badChunks)
        if (sound) return sound
        const mended = (await repair(damage.badChunks)) ? await bundles.openBundle(bundle.address) : undefined
        if (mended) return mended
        throw unrepaired(damage)
      },
    })
    try {
      return { archive: await openArchive(verified, version), close: () => verified.close() }
    } catch (error) {
      await verified.close()
      throw error
    }
  }

  async #mapOf(records: ServedStores['records'], bundle: ServedBundle, { version }: ServedVersion): Promise<ChunkMap> {
    const { pluginId, address } = bundle
    const read = () => this.#readMap(records, address)
    const map = (await read()) ?? ((await this.#askForRepair(bundle, [])) ? await read() : undefined)
    if (map) return map
    const message = `The list of the chunks of ${pluginId} ${version} is damaged`
    throw unrepaired(new CorruptError(message, { pluginId, version, badChunks: [] }))
  }

  /** It is trusted because it hashes to the address. */
  async #readMap(records: ServedStores['records'], address: string): Promise<ChunkMap | undefined> {
    const map = recordedMap(await records.get(RECORD_KINDS.chunks + address))
    const digest = map && (await this.#platform.digester.digest(map.canonicalBytes()))
    return digest && toHex(digest) === address ? map : undefined
  }

  async #openReader(
    bundles: Pick<BundleStore, 'openBundle'>,
    bundle: ServedBundle,
    { version }: ServedVersion,
    map: ChunkMap,
  ): Promise<BundleReader> {
    const { pluginId, address } = bundle
    const reader = await bundles.openBundle(address)
    if (reader) return reader
    const all = map.count > 0 ? [{ index: 0, offset: 0, length: map.length(0) }] : []
    const restored = (await this.#askForRepair(bundle, all)) ? await bundles.openBundle(address) : undefined
    if (restored) return restored
    const message = `The files of ${pluginId} ${version} are missing on this device`
    throw unrepaired(new CorruptError(message, { pluginId, version, badChunks: all }))
  }

  /** A fresh look: it may have been repaired since it was opened. */
  async #openSound(
    bundles: Pick<BundleStore, 'openBundle'>,
    address: string,
    map: ChunkMap,
    badChunks: readonly BadChunk[],
  ): Promise<BundleReader | undefined> {
    const reader = await bundles.openBundle(address)
    for (const { index, offset, length } of reader ? badChunks : []) {
      const bytes = (await reader?.read(offset, length).catch(() => undefined)) ?? new Uint8Array()
      if (equalBytes(await this.#platform.digester.digest(bytes), map.digest(index))) continue
      await reader?.close()
      return undefined
    }
    return reader
  }

  async #askForRepair({ pluginId, address }: ServedBundle, badChunks: readonly BadChunk[]): Promise<boolean> {
    const question = { type: 'plugdock.mend', name: this.#name, pluginId, address, badChunks } as const
    return (await this.#platform.askAnyPage(question)) === true
  }

  /** Asked again while nothing was stored, and where they did not open. */
  async #openStores(): Promise<ServedStores | undefined> {
    const opening = this.#stores ?? this.#platform.openStores()
    this.#stores = opening
    const stores = await opening.catch((error: unknown) => {
      this.#stores = undefined
      throw error
    })
    if (!stores) this.#stores = undefined
    return stores
  }
}

function close({ opened }: Kept): void {
  opened.then((bundle) => bundle.close()).catch(() => {})
}

function unrepaired(damage: CorruptError): CorruptError {
  const { pluginId, version, badChunks } = damage
  const message = `${damage.message}, and no open page could repair it: load the plugin again with a connection`
  return new CorruptError(message, { pluginId, version, badChunks }, { cause: damage })
}
