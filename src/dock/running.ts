export { activate } from './activate.js'
export { LoadedPlugins } from './loadedPlugins.js'
export { openOther } from './openVersion.js'
export { verifyStored } from './verifyStored.js'
