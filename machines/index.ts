export { type ActivationActor, activationMachine } from './activation.machine.js'
export type {
  ActivationCommand,
  ActivationContext,
  ActivationEvent,
  ActivationInput,
  ActivationOutput,
  ActivationTag,
} from './activation.types.js'
export { type DownloadActor, downloadMachine } from './download.machine.js'
export type { DownloadContext, DownloadEvent, DownloadInput, DownloadTag } from './download.types.js'
export { type SupervisorActor, supervisorMachine } from './supervisor.machine.js'
export type {
  StartCommand,
  SupervisorCommand,
  SupervisorEmitted,
  SupervisorEvent,
  SupervisorTag,
} from './supervisor.types.js'
