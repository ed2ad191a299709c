export type { MemoryBundleStore } from '../adapters/memoryBundleStore.js'
export type { MemoryConditions } from '../adapters/memoryConditions.js'
export type { MemoryRecords } from '../adapters/memoryRecordStore.js'
export type { StorageCall, StorageFaults } from '../adapters/storageFaults.js'
export { createMemoryHost, type MemoryHost, type MemoryHostOptions } from '../hosts/memory/createMemoryHost.js'
export { type BuiltPlugin, buildPlugin, type PluginBuild, publishOn, seededBytes } from './builders.js'
export {
  always,
  changeEtag,
  corrupt,
  dropAfter,
  type Exchange,
  type Fault,
  hang,
  header,
  html,
  ignoreRange,
  pass,
  redirect,
  refuse,
  type StatusDetails,
  stall,
  status,
  together,
  truncate,
  wrongRange,
} from './faults.js'
export type { ListeningOrigin, ListenOptions } from './listenOnLoopback.js'
export {
  type DownloadModelContext,
  type DownloadModelEvent,
  downloadModel,
  downloadModelEvents,
  MODEL_MAX_ATTEMPTS,
} from './models/downloadModel.js'
export type { ScriptedRequest } from './originDesk.js'
export type { Asked, Resource, ScriptedAnswer } from './scriptedAnswers.js'
export {
  createScriptedOrigin,
  type OriginEvent,
  type ScriptedOrigin,
  type ScriptedOriginOptions,
  type ScriptedResource,
} from './scriptedOrigin.js'
export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from './virtualClock.js'
