import type { Command } from 'commander'
import type { Act } from '../act.js'
import type { ExitStatus } from '../exitStatus.js'
import { parseCount, parseRate } from '../flags.js'
import { installAll } from '../installAll.js'
import type { CliIo } from '../io.js'
import { createBarReporter } from '../progress/barReporter.js'
import { createJsonReporter } from '../progress/jsonReporter.js'
import { createLineReporter } from '../progress/lineReporter.js'
import type { ProgressReporter } from '../progress/reporter.js'
import { toSource } from '../source.js'
import { addStoreOptions, type StoreFlags, withDock } from '../store.js'
import { readTrustFile } from '../trustFile.js'

interface InstallFlags extends StoreFlags {
  readonly concurrency?: number
  readonly limitRate?: number
  readonly allowDowngrade?: boolean
  readonly trust?: string
  readonly hostVersion?: string
  readonly json?: boolean
}

export function addInstall(program: Command, act: Act): void {
  const command = program
    .command('install')
    .summary('download, check and install plugins')
    .description(
      'Download, check and install plugins. Goes on with what an earlier run left; Ctrl-C keeps what is there.',
    )
    .argument('<manifest...>', 'web addresses or paths of manifests')
  addStoreOptions(command, 0)
    .option('--concurrency <n>', 'how many to download at once (default: 3)', parseCount)
    .option('--limit-rate <rate>', 'bytes per second for all together, such as 500K or 1M', parseRate)
    .option('--allow-downgrade', 'also versions that are older than one that works')
    .option('--trust <file>', 'only what these keys have signed, as keygen writes them')
    .option('--host-version <version>', 'only what says it runs in this version of the app')
    .option('--json', 'print one JSON object a line')
    .action((manifests: string[], flags: InstallFlags) => act((io) => install(io, manifests, flags)))
}

async function install(io: CliIo, manifests: readonly string[], flags: InstallFlags): Promise<ExitStatus> {
  const sources = new Map<string, string>()
  for (const manifest of manifests) sources.set(await toSource(manifest), manifest)
  const trust = flags.trust === undefined ? {} : { trust: await readTrustFile(flags.trust) }
  return withDock(flags, { ...dockOptions(flags), ...trust }, (dock) =>
    installAll(io, dock, { sources, allowDowngrade: flags.allowDowngrade === true }, createReporter(io, flags)),
  )
}

function dockOptions({ concurrency, limitRate, hostVersion }: InstallFlags) {
  return {
    ...(hostVersion === undefined ? {} : { hostVersion }),
    ...(concurrency === undefined ? {} : { maxConcurrentDownloads: concurrency }),
    ...(limitRate === undefined ? {} : { bandwidth: { limitBytesPerSecond: limitRate } }),
  }
}

function createReporter(io: CliIo, { json }: InstallFlags): ProgressReporter {
  if (json) return createJsonReporter(io)
  return io.isTTY ? createBarReporter(io) : createLineReporter(io)
}
