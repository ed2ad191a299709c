export { createMemoryBundleStore } from '../../adapters/memoryBundleStore.js'
export { createMemoryRecordStore } from '../../adapters/memoryRecordStore.js'
