/** A process that runs a plugin: `node activatingProcess.mjs <built package> <plugin> <store...>`. Says so, and lives on. */
const [entry, pluginId, ...directories] = process.argv.slice(2)
const { createPluginDock } = await import(entry)
const versions = []
for (const directory of directories) {
  const dock = await createPluginDock({ directory })
  versions.push(await dock.plugins.activate(pluginId, async (plugin) => (await plugin.import()).version))
}
process.stdout.write(`running ${versions.join(' ')}\n`)
// a plugin that nobody waits for keeps the process alive
setInterval(() => {}, 60_000)
