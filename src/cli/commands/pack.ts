import type { Command } from 'commander'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { readKeyFiles } from '../trustFile.js'

interface PackFlags {
  readonly id: string
  readonly version: string
  readonly name?: string
  readonly entry?: string
  readonly out: string
  readonly key?: readonly string[]
  readonly json?: boolean
}

export function addPack(program: Command, act: Act): void {
  program
    .command('pack')
    .summary('make a bundle and its manifest.json')
    .description('Make a bundle and its manifest.json of a file or a folder. The same input gives the same bytes.')
    .argument('<input>', 'a file, or a folder with everything in it')
    .requiredOption('--id <id>', 'the plugin, such as acme.charts')
    .requiredOption('--version <version>', 'a SemVer version')
    .option('--name <name>', 'what people call it')
    .option('--entry <path>', 'the file that is imported (default: what package.json names, else index.js)')
    .option('--out <dir>', 'where the two files go', '.')
    .option('--key <pem...>', 'sign the manifest with these private keys')
    .option('--json', 'print one JSON object')
    .action((input: string, flags: PackFlags) => act((io) => pack(io, input, flags)))
}

async function pack(
  { stdout, signal }: CliIo,
  input: string,
  { out, json, key = [], ...about }: PackFlags,
): Promise<ExitStatus> {
  const { packBundle } = await import('../../publish/index.js')
  const { manifestPath, bundlePath, manifest } = await packBundle({
    ...about,
    input,
    outDir: out,
    privateKeys: await readKeyFiles(key),
    signal,
  })
  const { id: pluginId, version, bundle } = manifest
  if (json) writeJson(stdout, { type: 'packed', pluginId, version, sizeBytes: bundle.size, manifestPath, bundlePath })
  else for (const path of [manifestPath, bundlePath]) writeLine(stdout, path)
  return EXIT.done
}
