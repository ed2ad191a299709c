import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLevelRecordStore } from '../../dist/src/adapters/levelRecordStore.js'

const SETTLED = new Set(['installed', 'cancelled', 'rolledBack'])

/** Loads every installed plugin, and says what is not as it was published: one line each. */
export async function wrongBytes(dock, hashes) {
  const wrong = []
  for (const { pluginId } of await dock.storage.getInstalledPlugins()) {
    const line = await wrongBytesOf(dock, pluginId, hashes)
    if (line) wrong.push(line)
  }
  return wrong
}

/** `undefined` where they are right; a version in quarantine is handed to nobody. */
export async function wrongBytesOf(dock, pluginId, hashes) {
  try {
    const loaded = await dock.plugins.load(pluginId)
    const bytes = await loaded.read().finally(() => loaded.close())
    return hashOf(bytes) === hashes[`${pluginId} ${loaded.version}`]
      ? undefined
      : `${pluginId} ${loaded.version} hands out other bytes than were published`
  } catch (error) {
    if (error.code === 'quarantined') return undefined
    return `${pluginId} cannot be loaded: ${error.code} ${error.message}`
  }
}

/**
 * The installed bundles whose files are not there or not as they were published, by address, each in words. Reads past
 * any dock, so none may be open: a dock would mend what it lost before anybody saw it.
 */
export async function damagedIn(directory, hashes) {
  const damaged = new Map()
  for (const { pluginId, version, address } of (await recordsIn(directory)).versions) {
    const bytes = await readFile(join(directory, 'bundles', address)).catch(unlessMissing)
    const what = `${pluginId} ${version}`
    if (!bytes) damaged.set(address, `no file for ${what}, which is recorded as installed`)
    else if (hashOf(bytes) !== hashes[what]) damaged.set(address, `the file of ${what} holds other bytes`)
  }
  return damaged
}

/** Reads past any dock, so none may be open. Files that no record names, and records of files that are not there. */
export async function strayIn(directory) {
  const { versions, downloads } = await recordsIn(directory)
  const named = new Set(versions.map(({ address }) => address))
  const unfinished = downloads.filter(({ state }) => !SETTLED.has(state))
  const partials = new Set(unfinished.flatMap(({ plan }) => (plan ? [plan.partialKey] : [])))
  const bundleNames = await namesIn(directory, 'bundles')
  const partialNames = await namesIn(directory, 'partials')
  return [
    ...bundleNames.filter((name) => !named.has(name) && !partials.has(name)).map((name) => `stray bundle ${name}`),
    ...partialNames
      .filter((name) => ![...partials].some((key) => name.startsWith(key)))
      .map((name) => `stray partial ${name}`),
    ...[...named].filter((address) => !bundleNames.includes(address)).map((address) => `no file for bundle ${address}`),
  ]
}

async function recordsIn(directory) {
  const records = await createLevelRecordStore({ directory, clock: Date })
  try {
    const entries = await records.list('')
    const of = (kind) => entries.filter(({ key }) => key.startsWith(kind)).map(({ value }) => value)
    const versions = of('installed/').flatMap(({ pluginId, active, previous, quarantined = [] }) =>
      [active, ...previous, ...quarantined].map(({ version, address }) => ({ pluginId, version, address })),
    )
    return { versions, downloads: of('download/') }
  } finally {
    await records.close()
  }
}

/** A folder is made when something comes into it. */
function namesIn(directory, folder) {
  return readdir(join(directory, folder)).catch((error) => unlessMissing(error) ?? [])
}

function unlessMissing(error) {
  if (error.code !== 'ENOENT') throw error
}

function hashOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What is left when everything was cancelled and deleted: bytes of records, and files one line each. */
export async function emptyOut(openDock, directory) {
  const dock = await openDock()
  for (const { id } of dock.downloads.getTasks()) await dock.downloads.cancelDownload(id).catch(onlyCode('not-found'))
  for (const { pluginId } of await dock.storage.getInstalledPlugins()) await dock.storage.deletePlugin(pluginId)
  await dock.downloads.dismissSettled()
  await dock.close()
  const again = await openDock()
  const usedBytes = await again.storage.getUsedSpace()
  await again.close()
  return { usedBytes, stray: await strayIn(directory) }
}

function onlyCode(code) {
  return (error) => {
    if (error.code !== code) throw error
  }
}
