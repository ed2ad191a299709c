import type { Bytes } from '../../../src/domain/bytes.js'
import type { BundleReader, BundleStore, PartialBundle } from '../../../src/ports/bundleStore.js'
import type { Clock } from '../../../src/ports/clock.js'
import type { Farewell } from '../../../src/ports/farewell.js'
import type { Fetcher } from '../../../src/ports/fetcher.js'
import type { Host, HostStores } from '../../../src/ports/host.js'
import type { RecordStore } from '../../../src/ports/recordStore.js'
import type { MemoryHost } from '../../../src/testing/index.js'

/** One call of a dock to its stores. */
export interface PortCall {
  /** 1 for the first of its process. */
  readonly number: number
  /** As `partial.write`. */
  readonly operation: string
}

/** What becomes of a call. `torn`: the process dies when half of the bytes are written; anything else dies before. */
export type Fate = 'served' | 'dies' | 'torn' | Error

/** A process over stores that outlive it. Dead, it says nothing more: no promise of its settles, no timer fires. */
export interface MortalProcess {
  readonly host: Host
  /** How often it called its stores. */
  readonly calls: number
  readonly isDead: boolean
  kill(): void
}

export function startProcess(world: MemoryHost, fateOf: (call: PortCall) => Fate = () => 'served'): MortalProcess {
  const life = createLife(world, fateOf)
  const { leases, farewell } = world
  return {
    host: {
      capabilities: world.capabilities,
      digester: world.digester,
      signatures: world.signatures,
      conditions: world.conditions,
      moduleLoader: world.moduleLoader,
      fileUrls: world.fileUrls,
      leases,
      ...(farewell ? { farewell: mortalFarewell(farewell, life) } : {}),
      clock: mortalClock(world.clock, life),
      fetcher: mortalFetcher(world.fetcher, life),
      open: async () => mortalStores(await world.open(), life),
    },
    get calls() {
      return life.calls
    },
    get isDead() {
      return life.isDead
    },
    kill: life.end,
  }
}

interface Life {
  readonly calls: number
  readonly isDead: boolean
  end(): void
  /** Serves a call to the stores, unless fate has it otherwise. `tear`: what a call does that dies half way. */
  serve<T>(operation: string, run: () => Promise<T>, tear?: () => Promise<void>): Promise<T>
  /** The same for what is no call to the stores. */
  living<T>(run: () => Promise<T>): Promise<T>
}

function createLife(world: MemoryHost, fateOf: (call: PortCall) => Fate): Life {
  let calls = 0
  let isDead = false
  const end = (): void => {
    if (isDead) return
    isDead = true
    world.crash()
  }
  const living = <T>(run: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (isDead) return
      run().then(
        (value) => isDead || resolve(value),
        (error: unknown) => isDead || reject(error),
      )
    })
  return {
    get calls() {
      return calls
    },
    get isDead() {
      return isDead
    },
    end,
    living,
    serve: (operation, run, tear) =>
      living(async () => {
        calls++
        const fate = fateOf({ number: calls, operation })
        if (fate instanceof Error) throw fate
        if (fate === 'torn') await tear?.()
        if (fate !== 'served') end()
        return living(run)
      }),
  }
}

function mortalClock(clock: Clock, life: Life): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    random: () => clock.random(),
    setTimeout: (callback, delayMs) => clock.setTimeout(() => life.isDead || callback(), delayMs),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  }
}

function mortalFarewell(farewell: Farewell, life: Life): Farewell {
  return {
    arm: (token) => (life.isDead ? () => {} : farewell.arm(token)),
    read: () => life.living(() => farewell.read()),
    clear: () => life.living(() => farewell.clear()),
  }
}

function mortalFetcher(fetcher: Fetcher, life: Life): Fetcher {
  return {
    open: (request) =>
      life.living(async () => {
        const answer = await fetcher.open(request)
        const { body } = answer
        return {
          ...answer,
          header: (name) => answer.header(name),
          body: {
            readInto: (target: Bytes) => life.living(() => body.readInto(target)),
            cancel: () => life.living(() => body.cancel()),
          },
        }
      }),
  }
}

function mortalStores(stores: HostStores, life: Life): HostStores {
  return {
    bundles: mortalBundles(stores.bundles, life),
    records: mortalRecords(stores.records, life),
    close: () => life.living(() => stores.close()),
  }
}

function mortalRecords(records: RecordStore, { serve, living }: Life): RecordStore {
  return {
    get: (key) => serve('records.get', () => records.get(key)),
    list: (prefix) => serve('records.list', () => records.list(prefix)),
    commit: (changes, options) => serve('records.commit', () => records.commit(changes, options)),
    claimEpoch: () => serve('records.claimEpoch', () => records.claimEpoch()),
    close: () => living(() => records.close()),
  }
}

function mortalBundles(bundles: BundleStore, life: Life): BundleStore {
  const { serve } = life
  return {
    openPartial: (key) => serve('openPartial', async () => mortalPartial(await bundles.openPartial(key), life)),
    deletePartial: (key) => serve('deletePartial', () => bundles.deletePartial(key)),
    openBundle: (address) =>
      serve('openBundle', async () => {
        const reader = await bundles.openBundle(address)
        return reader && mortalReader(reader, life)
      }),
    deleteBundle: (address) => serve('deleteBundle', () => bundles.deleteBundle(address)),
    deleteUnknown: (name) => serve('deleteUnknown', () => bundles.deleteUnknown(name)),
    list: () => serve('list', () => bundles.list()),
    availableBytes: () => serve('availableBytes', () => bundles.availableBytes()),
  }
}

function mortalReader(reader: BundleReader, { serve, living }: Life): BundleReader {
  return {
    get size() {
      return reader.size
    },
    read: (offset, length) => serve('read', () => reader.read(offset, length)),
    close: () => living(() => reader.close()),
  }
}

function mortalPartial(partial: PartialBundle, life: Life): PartialBundle {
  const { serve } = life
  return {
    ...mortalReader(partial, life),
    get size() {
      return partial.size
    },
    write: (offset, bytes) =>
      serve(
        'partial.write',
        () => partial.write(offset, bytes),
        () => partial.write(offset, bytes.subarray(0, bytes.length >> 1)),
      ),
    truncate: (size) => serve('partial.truncate', () => partial.truncate(size)),
    flush: () => serve('partial.flush', () => partial.flush()),
    seal: (address) => serve('partial.seal', () => partial.seal(address)),
  }
}
