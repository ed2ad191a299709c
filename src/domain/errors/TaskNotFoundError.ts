import { PluginDockError } from './PluginDockError.js'

/** No download has this id: it ended and was dismissed, or never was. */
export class TaskNotFoundError extends PluginDockError {
  override readonly name = 'TaskNotFoundError'
  readonly code = 'not-found'
  readonly taskId: string

  constructor(message: string, details: { taskId: string }, options?: ErrorOptions) {
    super(message, options)
    this.taskId = details.taskId
  }
}
