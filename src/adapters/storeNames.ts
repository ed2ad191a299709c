import { StorageError } from '../domain/errors/index.js'

const STORE_NAME = /^[a-z0-9-]{1,128}$/

/** Whether a text may name a bundle or a partial. */
export function isStoreName(name: string): boolean {
  return STORE_NAME.test(name)
}

/** Throws {@link StorageError} for what may not name a bundle or a partial. */
export function checkStoreName(name: string): void {
  if (!isStoreName(name))
    throw new StorageError(`"${name}" cannot name a bundle or a partial: only a-z, 0-9 and "-", at most 128`)
}
