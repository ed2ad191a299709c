import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { KEY_LIST_PAYLOAD_TYPE, type SignedDocument } from '../../domain/envelope.js'
import type { Act } from '../act.js'
import { CommandError } from '../cliErrors.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { readBytes, readKeyFiles } from '../trustFile.js'

interface SignFlags {
  readonly key: readonly string[]
  readonly out?: string
  readonly json?: boolean
}

export function addSign(program: Command, act: Act): void {
  program
    .command('sign')
    .summary('sign a manifest, or a list of keys')
    .description(
      'Sign a manifest, or a list of keys, in its place. What is signed already keeps its other signatures. The bytes ' +
        'are signed as they are in the file.',
    )
    .argument('<file>', 'a manifest.json, or a list of keys')
    .requiredOption('--key <pem...>', 'private keys, as keygen makes them')
    .option('--out <file>', 'where it goes instead')
    .option('--json', 'print one JSON object')
    .action((file: string, flags: SignFlags) => act((io) => sign(io, file, flags)))
}

async function sign({ stdout }: CliIo, file: string, { key, out = file, json }: SignFlags): Promise<ExitStatus> {
  const { signKeyList, signManifest } = await import('../../publish/index.js')
  const [source, keys] = [await readBytes(file, 'manifest'), await readKeyFiles(key)]
  const signed: SignedDocument = isKeyList(source) ? signKeyList(source, keys) : signManifest(source, keys)
  await replace(out, JSON.stringify(signed))
  const keyids = signed.signatures.map(({ keyid }) => keyid)
  if (json) writeJson(stdout, { type: 'signed', path: out, payloadType: signed.payloadType, keyids })
  else writeLine(stdout, out)
  return EXIT.done
}

/** What it is the file says itself; whether it is a good one, signing finds out. */
function isKeyList(source: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(source.toString('utf8'))
    const { payloadType, keyListVersion } = Object(value) as Record<string, unknown> // any JSON
    return payloadType === KEY_LIST_PAYLOAD_TYPE || keyListVersion !== undefined
  } catch {
    return false
  }
}

/** Whole or not at all: an origin may be serving it. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`)
  try {
    await writeFile(temporary, text, { flag: 'wx' })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    const { code } = error as NodeJS.ErrnoException // of the file system
    throw new CommandError(`Cannot write ${path}: ${code}`)
  }
}
