// the same without a Promise of its own
import localforage from 'localforage/dist/localforage.nopromises.js'

/** A driver of ours: its name, and what makes it when it is first needed. It finds `options` in its configuration. */
export interface OwnDriver {
  readonly name: string
  readonly create: () => LocalForageDriver
}

/**
 * An instance of localforage over a driver of ours, not opened yet. `T` says what the driver puts on it: a driver's extra
 * methods reach the instance.
 */
export async function createForage<T>(
  driver: OwnDriver,
  storeName: string,
  options: { readonly name: string },
): Promise<T> {
  if (!localforage.supports(driver.name)) await localforage.defineDriver(driver.create())
  const config = { driver: driver.name, name: options.name, storeName, plugdock: options }
  const instance: unknown = localforage.createInstance(config)
  await (instance as LocalForage).ready() // reason: the line above made it
  return instance as T // reason: `ready` has put the driver's methods on it
}
