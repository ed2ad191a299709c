import { UnsupportedError } from '../domain/errors/index.js'
import type { ModuleLoader } from '../ports/modules.js'

/** For hosts whose engine runs no code but what came with the app. `advice` says what to do instead. */
export function createRefusingModuleLoader(advice: string): ModuleLoader {
  return {
    createScope: async () => {
      throw new UnsupportedError(advice)
    },
  }
}
