import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
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
    const isRight = createHash('sha256').update(bytes).digest('hex') === hashes[`${pluginId} ${loaded.version}`]
    return isRight ? undefined : `${pluginId} ${loaded.version} hands out other bytes than were published`
  } catch (error) {
    if (error.code === 'quarantined') return undefined
    return `${pluginId} cannot be loaded: ${error.code} ${error.message}`
  }
}

/** Reads past any dock, so none may be open. Files that no record names, and records of files that are not there. */
export async function strayIn(directory) {
  const records = await createLevelRecordStore({ directory, clock: Date })
  try {
    const entries = await records.list('')
    const of = (kind) => entries.filter(({ key }) => key.startsWith(kind)).map(({ value }) => value)
    const named = new Set(
      of('installed/').flatMap(({ active, previous, quarantined = [] }) =>
        [active, ...previous, ...quarantined].map(({ address }) => address),
      ),
    )
    const unfinished = of('download/').filter(({ state }) => !SETTLED.has(state))
    const partials = new Set(unfinished.flatMap(({ plan }) => (plan ? [plan.partialKey] : [])))
    const bundleNames = await namesIn(directory, 'bundles')
    const partialNames = await namesIn(directory, 'partials')
    return [
      ...bundleNames.filter((name) => !named.has(name) && !partials.has(name)).map((name) => `stray bundle ${name}`),
      ...partialNames
        .filter((name) => ![...partials].some((key) => name.startsWith(key)))
        .map((name) => `stray partial ${name}`),
      ...[...named]
        .filter((address) => !bundleNames.includes(address))
        .map((address) => `no file for bundle ${address}`),
    ]
  } finally {
    await records.close()
  }
}

/** A folder is made when something comes into it. */
function namesIn(directory, folder) {
  return readdir(join(directory, folder)).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
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
