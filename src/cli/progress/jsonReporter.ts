import { type CliIo, writeJson, writeLine } from '../io.js'
import type { ProgressReporter } from './reporter.js'

/** One JSON object a line on standard output; what failed is said on standard error as well. */
export function createJsonReporter({ stdout, stderr }: CliIo): ProgressReporter {
  return {
    update: (_source, progress) => writeJson(stdout, { type: 'progress', ...progress }),
    installed: (_source, { pluginId, version }) => writeJson(stdout, { type: 'installed', pluginId, version }),
    failed: (source, { pluginId, code, message }) => {
      writeJson(stdout, { type: 'failed', pluginId, source, code, message })
      writeLine(stderr, `plugdock: ${source}: ${message}`)
    },
    close: () => {},
  }
}
