import { PluginDockError } from './PluginDockError.js'

/** What a plugin needs of the app that it is to run in. */
export interface UnmetNeed {
  /** As the manifest's `engines` names it. */
  readonly engine: string
  readonly range: string
  readonly hostVersion: string
  /** The lowest version that would fit; absent where none would. */
  readonly lowest?: string | undefined
}

/** This host cannot do what was asked. */
export class UnsupportedError extends PluginDockError {
  override readonly name = 'UnsupportedError'
  readonly code = 'unsupported'
  /** Set where the plugin is made for other versions of the app. */
  readonly needs: UnmetNeed | undefined

  constructor(message: string, { needs, ...options }: ErrorOptions & { readonly needs?: UnmetNeed } = {}) {
    super(message, options)
    this.needs = needs
  }
}
