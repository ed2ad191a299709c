import { type DockState, openStoresOf } from '../actors/dockState.js'
import { ClosedError, CorruptError, NotInstalledError } from '../domain/errors/index.js'
import type { BadChunk } from '../domain/plugin.js'
import type { VersionRecord } from '../domain/records.js'
import type { NamedVersion } from '../domain/versions.js'
import { versionsOf } from '../domain/versionsOf.js'
import type { Release } from '../ports/locks.js'
import type { ModuleScope } from '../ports/modules.js'
import type { ServedBundle, ServedFiles, ServedFilesDesk } from '../ports/servedFiles.js'
import type { openOther } from './openVersion.js'

/** How a version is handed out where a service worker serves it. */
export interface ServedPlugin {
  urlOf(path: string): string
  createScope(): ModuleScope
}

/** The versions that this page was handed URLs of, which it may follow for as long as it lives. */
export class Serving {
  readonly #state: DockState
  readonly #files: ServedFiles | undefined
  readonly #versions = new Map<string, VersionRecord>()
  /** Never let go of: the platform does that when the page goes away. */
  readonly #leases = new Map<string, Promise<Release>>()

  constructor(state: DockState, open: typeof openOther) {
    this.#state = state
    this.#files = state.host.servedFiles
    const leave = this.#files?.answer({
      describe: (bundle) => this.#versions.get(keyOf(bundle)),
      mend: (bundle, badChunks) => mendServed(state, bundle, badChunks, open),
    })
    state.beforeClose.add(async () => {
      leave?.()
      if (this.#versions.size > 0) this.#files?.answer(deskOfClosed(this.#versions))
    })
  }

  /** From here on the version is in use until the page goes away. `undefined` where nobody serves it. */
  async of({ pluginId, version }: NamedVersion): Promise<ServedPlugin | undefined> {
    const files = this.#files
    if (!files || !(await files.isServing())) return undefined
    const { address } = version
    this.#versions.set(keyOf({ pluginId, address }), version)
    await this.#hold(address)
    return {
      urlOf: (path) => files.urlOf({ pluginId, address, path }),
      createScope: () => files.createScope({ pluginId, address }),
    }
  }

  async #hold(address: string): Promise<void> {
    const held = this.#leases.get(address) ?? this.#state.host.leases.share(address)
    this.#leases.set(address, held)
    try {
      await held
    } catch (error) {
      this.#leases.delete(address)
      throw error
    }
  }
}

/** What is running of a dock's plugins goes on when it is closed; of the dock itself nothing has to stay in memory. */
function deskOfClosed(versions: ReadonlyMap<string, VersionRecord>): ServedFilesDesk {
  return {
    describe: (bundle) => versions.get(keyOf(bundle)),
    mend: async () => {
      throw new ClosedError('The dock is closed; create it again')
    },
  }
}

/** Reads what somebody found damaged, as a load does: who reads repairs. */
async function mendServed(
  state: DockState,
  { pluginId, address }: ServedBundle,
  badChunks: readonly BadChunk[],
  open: typeof openOther,
): Promise<void> {
  const record = openStoresOf(state).index.get(pluginId)
  const version = record && versionsOf(record).find((other) => other.address === address)
  if (!record || !version) throw new NotInstalledError(`${pluginId} is not installed any more`, { pluginId })
  const opened = await open(state, record, version)
  if (!opened) {
    const message = `${pluginId} ${version.version} is damaged, and could not be repaired`
    throw new CorruptError(message, { pluginId, version: version.version, badChunks })
  }
  try {
    for (const { offset, length } of badChunks) await opened.bundle.read(offset, length)
  } finally {
    await opened.close()
  }
}

function keyOf({ pluginId, address }: ServedBundle): string {
  return `${pluginId}/${address}`
}
