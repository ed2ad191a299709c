export { addBackgroundFetch, type BackgroundFetchOptions, type ServiceWorkerScope } from './background.js'
export { type PluginFileEvent, type PluginFiles, type PluginFilesOptions, pluginFiles } from './pluginFiles.js'
