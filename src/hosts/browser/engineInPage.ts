export { createLocalEngine } from '../../engine/localEngine.js'
export { prepareHashes } from './preparedEngine.js'
