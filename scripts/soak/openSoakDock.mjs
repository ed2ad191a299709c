import { createMemoryConditions } from '../../dist/src/adapters/memoryConditions.js'
import { createPluginDockOn } from '../../dist/src/createPluginDockOn.js'
import { StorageError, StorageFullError } from '../../dist/src/domain/errors/index.js'
import { createNodeHost } from '../../dist/src/hosts/node/createNodeHost.js'

/** Impatient, so that a minute holds many failures. */
const OPTIONS = {
  retry: { baseDelayMs: 20, maxDelayMs: 400 },
  timeouts: { connectMs: 3000, headersMs: 2000, stallMs: 1500 },
  health: { timeoutMs: 300 },
}

/**
 * A dock over real files and real HTTP, whose network comes and goes and whose disk refuses writes, of bytes and of
 * records, as told.
 * `disk.failing`: the share of writes that fail; `disk.fillsUp`: whether some of them say that it is full, upon which a
 * dock removes what was not used for long.
 */
export async function openSoakDock(directory, { disk = reliableDisk(), ...options } = {}) {
  const conditions = createMemoryConditions()
  const host = createNodeHost({ directory, wait: 30_000 })
  const open = async () => {
    const stores = await host.open()
    return { ...stores, bundles: withBadDisk(stores.bundles, disk), records: withBadRecords(stores.records, disk) }
  }
  const dock = await createPluginDockOn({ ...host, conditions, open }, { ...OPTIONS, ...options })
  return { dock, conditions }
}

/** One that refuses nothing until it is told to. */
export function reliableDisk(part = {}) {
  return { refusals: 0, recordRefusals: 0, failing: 0, fillsUp: false, random: Math.random, ...part }
}

function fails(disk) {
  return disk.random() < disk.failing
}

function refusalOf(disk) {
  return disk.fillsUp && disk.random() < 0.5
    ? new StorageFullError('The disk is full', {})
    : new StorageError('The disk failed')
}

/** A commit that fails has changed nothing. */
function withBadRecords(records, disk) {
  return methodsOf(records, {
    async commit(changes, options) {
      if (fails(disk)) {
        disk.recordRefusals++
        throw refusalOf(disk)
      }
      await records.commit(changes, options)
    },
  })
}

function withBadDisk(bundles, disk) {
  const meet = () => {
    if (!fails(disk)) return
    disk.refusals++
    throw refusalOf(disk)
  }
  return methodsOf(bundles, {
    async openPartial(key) {
      meet()
      const partial = await bundles.openPartial(key)
      return methodsOf(partial, {
        async write(offset, bytes) {
          meet()
          await partial.write(offset, bytes)
        },
        async flush() {
          meet()
          await partial.flush()
        },
      })
    },
  })
}

/** All that `target` has, some of it replaced. */
function methodsOf(target, replaced) {
  return new Proxy(target, {
    get(_, name) {
      if (name in replaced) return replaced[name]
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
