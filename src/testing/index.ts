export type { MemoryBundleStore, UnflushedFate } from '../adapters/memoryBundleStore.js'
export type { MemoryConditions } from '../adapters/memoryConditions.js'
export type { MemoryRecords } from '../adapters/memoryRecordStore.js'
export type { StorageCall, StorageFaults } from '../adapters/storageFaults.js'
export { createMemoryHost, type MemoryHost, type MemoryHostOptions } from '../hosts/memory/createMemoryHost.js'
export { type BuiltPlugin, buildPlugin, type PluginBuild, publishOn, seededBytes } from './builders.js'
export { createToxicsProxy, type ProxyEvent, type ToxicsProxy, type ToxicsProxyOptions } from './createToxicsProxy.js'
export {
  always,
  badRequestPastEnd,
  changeEtag,
  corrupt,
  dropAfter,
  type Exchange,
  emptyRange,
  endless,
  type Fault,
  flapEtags,
  gzip,
  hang,
  header,
  hideHeaders,
  html,
  type Injected,
  ignoreRange,
  inject,
  lieAboutLength,
  lieAboutRange,
  longBody,
  multipart,
  ODD_ETAGS,
  pass,
  type RangeLie,
  type RangePart,
  raw,
  redirect,
  refuse,
  refuseOrigins,
  refusePreflight,
  refuseRange,
  resetAfter,
  type StatusDetails,
  shortBody,
  stall,
  status,
  swap,
  together,
  trickle,
  truncate,
  unaskedRange,
  unfinishedChunks,
  withEtag,
  withoutLength,
  wrongRange,
} from './faults.js'
export type { FleetPlan, FleetReport, OriginPlan, OutagePlan, PollPlan } from './fleet/fleet.types.js'
export { busiestRate, meanRate } from './fleet/rates.js'
export { simulateFleet } from './fleet/simulateFleet.js'
export type { ListeningOrigin, ListenOptions } from './listenOnLoopback.js'
export {
  type ActivationModelContext,
  type ActivationModelEvent,
  activationModel,
  MODEL_MAX_TRIALS,
} from './models/activationModel.js'
export { type AdmissionModelContext, type AdmissionModelEvent, admissionModel } from './models/admissionModel.js'
export {
  type DownloadModelContext,
  type DownloadModelEvent,
  downloadModel,
  MODEL_MAX_ATTEMPTS,
} from './models/downloadModel.js'
export { type LeadershipModelContext, type LeadershipModelEvent, leadershipModel } from './models/leadershipModel.js'
export {
  type CreateTestModel,
  createModelRun,
  type ModelEventType,
  type ModelExecutors,
  type ModelPath,
  type ModelRun,
  type ModelRunOptions,
  type ModelStateName,
} from './models/modelRun.js'
export { type SpaceModelContext, type SpaceModelEvent, spaceModel } from './models/spaceModel.js'
export type { ScriptedRequest } from './originDesk.js'
export type { Asked, Resource, ScriptedAnswer } from './scriptedAnswers.js'
export {
  createScriptedOrigin,
  type OriginEvent,
  type ScriptedOrigin,
  type ScriptedOriginOptions,
  type ScriptedResource,
} from './scriptedOrigin.js'
export type {
  BandwidthToxic,
  BytesByDirection,
  DownToxic,
  LatencyToxic,
  LimitDataToxic,
  ProxiedConnection,
  ResetPeerToxic,
  SlicerToxic,
  SlowCloseToxic,
  StreamToxic,
  TimeoutToxic,
  Toxic,
  ToxicDirection,
} from './toxics.js'
export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from './virtualClock.js'
