import { mkdir } from 'node:fs/promises'
import { createEd25519 } from '../../adapters/ed25519.js'
import { createFarewell } from '../../adapters/farewell.js'
import { createFileFetcher } from '../../adapters/fileFetcher.js'
import { createFileNotes } from '../../adapters/fileNotes.js'
import { createFsBundleStore } from '../../adapters/fsBundleStore.js'
import { toStorageError } from '../../adapters/fsErrors.js'
import { createKyFetcher } from '../../adapters/kyFetcher.js'
import { createLevelRecordStore } from '../../adapters/levelRecordStore.js'
import { createLocalLeases } from '../../adapters/localLeases.js'
import { createNodeDigester } from '../../adapters/nodeDigester.js'
import { createNodeFetch } from '../../adapters/nodeFetch.js'
import { createNodeHttp, type NodeHttp } from '../../adapters/nodeHttp.js'
import { createNodeHttpFetcher } from '../../adapters/nodeHttpFetcher.js'
import { createNodeModuleLoader } from '../../adapters/nodeModuleLoader.js'
import { watchSignals } from '../../adapters/processSignals.js'
import { createSteadyConditions } from '../../adapters/steadyConditions.js'
import { createSystemClock } from '../../adapters/systemClock.js'
import { LockedError } from '../../domain/errors/index.js'
import type { Clock } from '../../ports/clock.js'
import type { Fetcher } from '../../ports/fetcher.js'
import type { Host, HostCapabilities, HostStores } from '../../ports/host.js'
import type { RecordStore } from '../../ports/recordStore.js'

export interface NodeHostOptions {
  /** Everything of this dock lies here. Made when missing, open to this user only. */
  readonly directory: string
  /** For how long to wait while another process has the directory: milliseconds, or `true` without end. @default false */
  readonly wait?: boolean | number
  /**
   * Everything is asked through it. It must show redirects under `redirect: 'manual'`, as Node's does.
   * @default `node:http`
   */
  readonly fetch?: typeof fetch
  /** Asked before every request and every hop of a redirect. */
  readonly headers?: (url: URL) => HeadersInit | Promise<HeadersInit>
  /** @default any https origin, and http on loopback */
  readonly isAllowed?: (url: URL) => boolean
  /** Whether `file:` URLs may be read: where a person typed them. @default false */
  readonly localFiles?: boolean
  /** @default the system's */
  readonly clock?: Clock
}

const CAPABILITIES: HostCapabilities = {
  bundleStore: 'fileSystem',
  background: 'none',
  meteredDetection: false,
  saveDataDetection: false,
  manyWriters: 'lock',
  servedFiles: false,
  persistent: true,
}

const LOCK_POLL_MS = 100

/** Node, and Electron's main process: a directory that one process at a time holds. */
export function createNodeHost(options: NodeHostOptions): Host {
  const clock = options.clock ?? createSystemClock()
  const http = createNodeHttp()
  return {
    capabilities: CAPABILITIES,
    clock,
    digester: createNodeDigester(),
    signatures: createEd25519(),
    conditions: createSteadyConditions(),
    leases: createLocalLeases(),
    moduleLoader: createNodeModuleLoader(),
    fetcher: createFetcher(options, clock, http),
    farewell: createFarewell(createFileNotes(options.directory), watchSignals),
    open: async () => {
      const stores = await openStores(options, clock)
      return { ...stores, close: () => stores.close().finally(() => http.close()) }
    },
  }
}

function createFetcher(options: NodeHostOptions, clock: Clock, http: NodeHttp): Fetcher {
  const remote = createRemoteFetcher(options, clock, http)
  if (!options.localFiles) return remote
  const local = createFileFetcher()
  return { open: (request) => (request.url.startsWith('file:') ? local : remote).open(request) }
}

function createRemoteFetcher(options: NodeHostOptions, clock: Clock, http: NodeHttp): Fetcher {
  const { headers, isAllowed, fetch = createNodeFetch(http) } = options
  const documents = createKyFetcher({ clock, fetch, headers, isAllowed, redirects: 'manual' })
  if (options.fetch) return documents
  return byPurpose(documents, createNodeHttpFetcher({ clock, http, headers, isAllowed }))
}

/** A bundle's bytes take the fast path, unless the server compresses them although it was asked not to. */
function byPurpose(documents: Fetcher, bundles: Fetcher): Fetcher {
  return {
    async open(request) {
      if (!request.range) return documents.open(request)
      const answer = await bundles.open(request)
      const encoding = answer.header('content-encoding') ?? 'identity'
      if (encoding === 'identity') return answer
      await answer.body.cancel()
      return documents.open(request)
    },
  }
}

async function openStores({ directory, wait = false }: NodeHostOptions, clock: Clock): Promise<HostStores> {
  await makeDirectory(directory)
  const records = await openRecords(directory, clock, deadlineOf(wait, clock))
  const bundles = createFsBundleStore({ directory, timers: clock })
  return { bundles, records, close: () => bundles.letGo().finally(() => records.close()) }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw toStorageError(error, 'make the directory', directory)
  }
}

/** On the monotonic clock. */
function deadlineOf(wait: boolean | number, clock: Clock): number {
  if (wait === true) return Number.POSITIVE_INFINITY
  return clock.monotonic() + (wait === false ? 0 : wait)
}

/** LevelDB tells nobody when it lets go of its lock: so it is asked again until the deadline. */
async function openRecords(directory: string, clock: Clock, deadline: number): Promise<RecordStore> {
  for (;;) {
    try {
      return await createLevelRecordStore({ directory, clock })
    } catch (error) {
      if (!(error instanceof LockedError) || clock.monotonic() >= deadline) throw error
      await new Promise<void>((resolve) => clock.setTimeout(resolve, LOCK_POLL_MS))
    }
  }
}
