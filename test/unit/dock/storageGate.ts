import type { StorageCall, StorageFaults } from '../../../src/adapters/storageFaults.js'

export interface HeldCall {
  /** Settles when the call has come. */
  readonly reached: Promise<void>
  release(): void
}

/** Stands between a dock and the memory host's stores: stops a call where a test wants something to happen first. */
export interface StorageGate {
  readonly faults: StorageFaults
  /** Stops the next call that matches, until it is released. */
  hold(matches: (call: StorageCall) => boolean): HeldCall
  /** Hears of every call. */
  watch(listener: (call: StorageCall) => void): void
  /** Every call that matches rejects with `error`, until the returned function is called. */
  refuse(matches: (call: StorageCall) => boolean, error: Error): () => void
}

export function createStorageGate(): StorageGate {
  const rules = new Set<(call: StorageCall) => void | Promise<void>>()
  return {
    async faults(call) {
      for (const rule of [...rules]) await rule(call)
    },
    hold(matches) {
      let release = (): void => {}
      let arrive = (): void => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      const reached = new Promise<void>((resolve) => {
        arrive = resolve
      })
      const rule = (call: StorageCall): void | Promise<void> => {
        if (!matches(call)) return undefined
        rules.delete(rule)
        arrive()
        return released
      }
      rules.add(rule)
      return { reached, release }
    },
    watch(listener) {
      rules.add((call) => listener(call))
    },
    refuse(matches, error) {
      const rule = (call: StorageCall): void => {
        if (matches(call)) throw error
      }
      rules.add(rule)
      return () => rules.delete(rule)
    },
  }
}

/** A commit that writes the record of an installed plugin. */
export function writesInstalled({ store, operation, name }: StorageCall): boolean {
  return store === 'records' && operation === 'commit' && name.includes('installed/')
}
