import { StorageError } from '../domain/errors/index.js'
import type { StorageFaults } from './storageFaults.js'

interface Handle {
  /** Changes where the handle is of no use any more. */
  readonly age: () => number
  readonly release: () => void
}

/** What is done through it asks the store's faults first, and fails once it is closed or of no use. */
export function openHandle({ faults }: { readonly faults: StorageFaults }, name: string, { age, release }: Handle) {
  const life = age()
  let isOpen = true
  const check = () => {
    if (!isOpen || life !== age()) throw new StorageError(`${name} is closed`)
  }
  return {
    async use<T>(operation: string, serve: () => T): Promise<T> {
      check()
      await faults({ store: 'bundles', operation, name })
      check()
      return serve()
    },
    close() {
      if (isOpen && life === age()) release()
      isOpen = false
    },
  }
}
