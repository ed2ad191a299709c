import { FencedError, StorageError } from '../domain/errors/index.js'
import type { Timers } from '../domain/timeLimit.js'
import type { BundleReader, BundleStore, ListOptions, PartialBundle, StoreEntry } from '../ports/bundleStore.js'
import { isHeldElsewhere, isMissing, toBrowserStorageError } from './domErrors.js'
import { OpfsBundleFile } from './opfsBundleFile.js'
import { entriesOf, findFile, makeFile, type OpfsFile, openFolder, removeFolder, sizeOf } from './opfsFiles.js'
import { canMove, moveFile, SEAL_RETRY_DELAYS_MS } from './opfsMoves.js'
import {
  describeOpfsEntries,
  isRetired,
  isUnknownName,
  type OpfsFolders,
  ownPartialName,
  partialKeyIn,
  partialNameOf,
  retiredName,
  type SealedSizes,
} from './opfsNames.js'
import { createOpfsPartial, type HeldFile, holdFile } from './opfsPartial.js'
import { openOpfsPieces } from './opfsPieces.js'
import { RestingFiles } from './restingFiles.js'
import { estimateAvailableBytes } from './storageEstimate.js'
import { checkStoreName } from './storeNames.js'

export interface OpfsBundleStoreOptions {
  /** The dock's. Everything lies in the folder `plugdock/<name>`. */
  readonly name: string
  readonly timers: Timers
}

/** A {@link BundleStore} in a dedicated worker. Before `lead` it is for reading. */
export interface OpfsBundleStore extends BundleStore {
  /** Partials carry the leader's epoch in their names, so that an earlier leader that hangs holds none of ours. */
  lead(epoch: number): void
  /** Settles when no file is open any more but those that callers hold. */
  letGo(): Promise<void>
}

/**
 * Bundles as `plugdock/<name>/bundles/<address>`, partials as `plugdock/<name>/partials/<key>.<epoch>.part`. A sealed
 * file is never opened for writing. What somebody else holds is deleted later, at the next call or the next start.
 */
export async function openOpfsBundleStore({ name, timers }: OpfsBundleStoreOptions): Promise<OpfsBundleStore> {
  try {
    const root = await navigator.storage.getDirectory()
    const bundles = await openFolder(root, ['plugdock', name, 'bundles'])
    const partials = await openFolder(root, ['plugdock', name, 'partials'])
    return new OpfsStore({ bundles, partials }, timers)
  } catch (error) {
    throw toBrowserStorageError(error, "open the browser's private file system")
  }
}

class OpfsStore implements OpfsBundleStore {
  readonly #folders: OpfsFolders
  readonly #timers: Timers
  readonly #held = new Set<string>()
  readonly #resting: RestingFiles<HeldFile>
  readonly #inherited = new Set<string>()
  readonly #open = new Map<string, OpfsBundleFile>()
  /** Of bundles: looked at once, as they never change. */
  readonly #sizes: SealedSizes['known'] = new Map()
  /** Of bundles: looked for in vain. Only who leads makes them. */
  readonly #missing = new Set<string>()
  readonly #later = new Map<string, FileSystemDirectoryHandle>()
  #epoch: number | undefined
  #retired = 0
  #seals = 0

  constructor(folders: OpfsFolders, timers: Timers) {
    this.#folders = folders
    this.#timers = timers
    this.#resting = new RestingFiles(timers, ({ handle }) => handle.close())
  }

  letGo(): Promise<void> {
    return this.#resting.letGoOfAll()
  }

  lead(epoch: number): void {
    this.#epoch = epoch
  }

  async openPartial(key: string): Promise<PartialBundle> {
    checkStoreName(key)
    const epoch = this.#leads()
    if (this.#held.has(key)) throw new StorageError(`The partial ${key} is already open`)
    this.#held.add(key)
    try {
      return await this.#attempt(`open the partial ${key}`, () => this.#openPartial(key, epoch))
    } catch (error) {
      this.#held.delete(key)
      throw error
    }
  }

  async deletePartial(key: string): Promise<void> {
    checkStoreName(key)
    this.#leads()
    await this.#attempt(`delete the partial ${key}`, async () => {
      await this.#resting.letGo(key)
      for (const { name } of await entriesOf(this.#folders.partials))
        if (partialKeyIn(name) === key) await this.#remove(this.#folders.partials, name)
    })
  }

  async openBundle(address: string): Promise<BundleReader | undefined> {
    checkStoreName(address)
    const found =
      this.#open.get(address) ?? (await this.#attempt(`open the bundle ${address}`, () => this.#find(address)))
    return found?.openReader((call) => this.#attempt(`read the bundle ${address}`, () => call))
  }

  async deleteBundle(address: string): Promise<void> {
    checkStoreName(address)
    this.#leads()
    await this.#attempt(`delete the bundle ${address}`, async () => {
      const isRead = await this.#retire(address)
      if (!isRead) await this.#remove(this.#folders.bundles, address)
    })
  }

  async deleteUnknown(name: string): Promise<void> {
    this.#leads()
    await this.#attempt(`delete ${name}`, async () => {
      for (const folder of ['bundles', 'partials'] as const) {
        const entries = isUnknownName(folder, name) ? await entriesOf(this.#folders[folder]) : []
        const isFile = entries.some((entry) => entry.name === name && entry.kind === 'file')
        if (isFile) await this.#remove(this.#folders[folder], name)
      }
    })
  }

  list({ namesOnly = false }: ListOptions = {}): Promise<readonly StoreEntry[]> {
    return this.#attempt('list what is stored', async () => {
      await this.#removeLeftovers()
      return describeOpfsEntries(this.#folders, { known: this.#sizes, areWanted: !namesOnly })
    })
  }

  availableBytes(): Promise<number | undefined> {
    return estimateAvailableBytes()
  }

  async #openPartial(key: string, epoch: number): Promise<PartialBundle> {
    const held = (await this.#resting.take(key)) ?? (await this.#holdPartial(key, epoch))
    return createOpfsPartial({
      held,
      checkAddress: checkStoreName,
      seal: (file, address) => this.#seal(file, address),
      pieces: () => {
        const { partials } = this.#folders
        return openOpfsPieces(partials, key, (piece) => this.#remove(partials, piece))
      },
      rest: (unused) => {
        this.#resting.keep(key, unused)
        this.#held.delete(key)
      },
      onClose: () => this.#held.delete(key),
    })
  }

  async #holdPartial(key: string, epoch: number): Promise<HeldFile> {
    const { partials } = this.#folders
    const name = ownPartialName(key, epoch)
    if (this.#inherited.has(key)) return holdFile(await makeFile(partials, name), this.#timers, undefined)
    const names = (await entriesOf(partials)).map((entry) => entry.name)
    const older = names.filter((other) => partialNameOf(other)?.key === key && other !== name)
    const taken = names.includes(name) ? undefined : await this.#largest(older)
    const isMoved = taken !== undefined && (await this.#takeOver(taken, name))
    const inherited = isMoved ? undefined : await taken?.getFile()
    const held = await holdFile(await makeFile(partials, name), this.#timers, inherited)
    this.#inherited.add(key)
    for (const other of older) await this.#remove(partials, other)
    return held
  }

  /** `false` where its leader still holds the file, as a page that hangs does: then its bytes are copied. */
  async #takeOver(file: OpfsFile, name: string): Promise<boolean> {
    const { partials } = this.#folders
    if (!canMove(file)) return false
    try {
      await moveFile({ file, from: partials, to: partials, name, timers: this.#timers })
      return true
    } catch (error) {
      if (isHeldElsewhere(error)) return false
      throw error
    }
  }

  async #largest(names: readonly string[]): Promise<OpfsFile | undefined> {
    let best: { file: OpfsFile; size: number } | undefined
    for (const name of names) {
      const file = await findFile(this.#folders.partials, name)
      const size = (file && (await sizeOf(file))) ?? 0
      if (file && size > (best?.size ?? 0)) best = { file, size }
    }
    return best?.file
  }

  /** The new file takes the place of the old in one step. Whoever reads the old one here reads the new one from then on. */
  async #seal(file: OpfsFile, address: string): Promise<void> {
    const { bundles, partials } = this.#folders
    const where = { file, from: partials, to: bundles, name: address }
    const move = () => moveFile({ ...where, timers: this.#timers, retryDelaysMs: SEAL_RETRY_DELAYS_MS })
    // found also where nobody reads it: whoever comes meanwhile waits his turn instead of holding the file
    const replaced = this.#open.get(address) ?? (await this.#find(address))
    this.#sizes.delete(address)
    if (replaced) await replaced.withoutHandle(move)
    else await move().catch((error: unknown) => this.#withoutFolder(address, error, move))
    // whoever looked for it before may have found nothing, or be about to
    this.#seals++
    this.#missing.delete(address)
    this.#open.delete(address)
  }

  /** A folder where the file should be is nothing of ours. */
  async #withoutFolder(address: string, error: unknown, move: () => Promise<void>): Promise<void> {
    if (!(await removeFolder(this.#folders.bundles, address))) throw error
    await move()
  }

  async #find(address: string): Promise<OpfsBundleFile | undefined> {
    if (this.#missing.has(address)) return undefined
    const seals = this.#seals
    const file = await findFile(this.#folders.bundles, address)
    const size = file && (await sizeOf(file))
    if (!file || size === undefined) {
      if (this.#epoch !== undefined && seals === this.#seals) this.#missing.add(address)
      return undefined
    }
    const known = this.#open.get(address)
    if (known) return known
    const opened = new OpfsBundleFile(file, size, this.#timers, () => this.#forget(opened, address))
    this.#open.set(address, opened)
    return opened
  }

  async #forget(file: OpfsBundleFile, address: string): Promise<void> {
    if (this.#open.get(address) === file) this.#open.delete(address)
    else await file.withoutHandle(({ name }) => this.#removeRetired(name))
  }

  /** Moves a bundle that is being read here out of the way. `false` where nobody reads it. */
  async #retire(address: string): Promise<boolean> {
    const opened = this.#open.get(address)
    if (!opened) return false
    this.#open.delete(address)
    this.#retired++
    const name = retiredName(address, this.#retired)
    const { bundles } = this.#folders
    return opened.withoutHandle(async (file) => {
      if (!canMove(file)) return false
      await moveFile({ file, from: bundles, to: bundles, name, timers: this.#timers })
      return true
    })
  }

  /** Unless it is one that was replaced: then its name is that of another file. */
  async #removeRetired(name: string): Promise<void> {
    if (isRetired(name)) await this.#remove(this.#folders.bundles, name)
  }

  /** What somebody holds is removed later. */
  async #remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
    this.#later.delete(name)
    try {
      await folder.removeEntry(name)
    } catch (error) {
      if (isHeldElsewhere(error)) this.#later.set(name, folder)
      else if (!isMissing(error)) throw error
    }
  }

  /** Only a leader removes: of what it could not, and of what one before it left. */
  async #removeLeftovers(): Promise<void> {
    if (this.#epoch === undefined) return
    for (const [name, folder] of [...this.#later]) await this.#remove(folder, name)
    if (this.#retired > 0) return
    for (const { name } of await entriesOf(this.#folders.bundles)) {
      if (isRetired(name)) await this.#remove(this.#folders.bundles, name)
    }
  }

  #leads(): number {
    if (this.#epoch !== undefined) return this.#epoch
    throw new FencedError('This page does not lead the dock: it only reads', { epoch: 0, storedEpoch: 0 })
  }

  async #attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw toBrowserStorageError(error, doing)
    }
  }
}
