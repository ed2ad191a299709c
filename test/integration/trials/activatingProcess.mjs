/** A process that runs a plugin: `node activatingProcess.mjs <built package> <store> <plugin>`. Says so, and lives on. */
const [entry, directory, pluginId] = process.argv.slice(2)
const { createPluginDock } = await import(entry)
const dock = await createPluginDock({ directory })
const version = await dock.plugins.activate(pluginId, async (plugin) => (await plugin.import()).version)
process.stdout.write(`running ${version}\n`)
// a plugin that nobody waits for keeps the process alive
setInterval(() => {}, 60_000)
