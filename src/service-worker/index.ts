export { type PluginFileEvent, type PluginFiles, type PluginFilesOptions, pluginFiles } from './pluginFiles.js'
