import { open, rm } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Act } from '../act.js'
import { CommandError } from '../cliErrors.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeJson, writeLine } from '../io.js'

interface KeygenFlags {
  readonly out: string
  readonly json?: boolean
}

const PRIVATE = 0o600
const PUBLIC = 0o644

export function addKeygen(program: Command, act: Act): void {
  program
    .command('keygen')
    .summary('make a key to sign manifests with')
    .description(
      "Make an Ed25519 key: <name>.pem signs and is nobody else's business, <name>.pub.json is what apps trust. " +
        'Overwrites nothing.',
    )
    .option('--out <name>', 'what the two files are called', 'plugdock-key')
    .option('--json', 'print one JSON object')
    .action((flags: KeygenFlags) => act((io) => keygen(io, flags)))
}

async function keygen({ stdout }: CliIo, { out, json }: KeygenFlags): Promise<ExitStatus> {
  const { generateSigningKey } = await import('../../publish/index.js')
  const { privateKeyPem, trustedKey } = generateSigningKey()
  const [privateKeyPath, publicKeyPath] = [`${out}.pem`, `${out}.pub.json`]
  await writeNew(privateKeyPath, privateKeyPem, PRIVATE)
  try {
    await writeNew(publicKeyPath, `${JSON.stringify({ keys: [trustedKey] }, null, 2)}\n`, PUBLIC)
  } catch (error) {
    await rm(privateKeyPath) // made just now: half a pair is no use to anybody
    throw error
  }
  if (json) writeJson(stdout, { type: 'key', keyid: trustedKey.keyid, privateKeyPath, publicKeyPath })
  else for (const line of [privateKeyPath, publicKeyPath]) writeLine(stdout, line)
  return EXIT.done
}

/** A key that is overwritten is lost, and with it whatever was signed by it. */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  try {
    const file = await open(path, 'wx', mode)
    await file.writeFile(text).finally(() => file.close())
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // of the file system
    throw new CommandError(code === 'EEXIST' ? `${path} is there already` : `Cannot write ${path}: ${code}`)
  }
}
