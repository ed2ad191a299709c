import { readFile } from 'node:fs/promises'
import { readTrust, type TrustOptions } from '../domain/trust.js'
import { CommandError } from './cliErrors.js'

/** Reads what `keygen` writes, one key, a list of keys, or the option `trust` as an app has it. */
export async function readTrustFile(path: string): Promise<TrustOptions> {
  const value = parse(path, await readText(path, 'keys'))
  const options = optionsOf(value)
  try {
    readTrust(options)
  } catch (error) {
    throw new CommandError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return options
}

/** Private keys in PEM. */
export function readKeyFiles(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map((path) => readText(path, 'key')))
}

/** A file's text, or one clear line of why not. */
export async function readText(path: string, what: string): Promise<string> {
  return (await readBytes(path, what)).toString('utf8')
}

export async function readBytes(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // of the file system
    throw new CommandError(code === 'ENOENT' ? `There is no ${what} at ${path}` : `Cannot read ${path}: ${code}`)
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandError(`${path} is no JSON; it is the public half of a key, as keygen writes it`)
  }
}

/** Unchecked: what it becomes is checked. */
function optionsOf(value: unknown): TrustOptions {
  if (Array.isArray(value)) return { keys: value }
  const isKey = typeof value === 'object' && value !== null && 'publicKey' in value
  return (isKey ? { keys: [value] } : { keys: [], ...Object(value) }) as TrustOptions // reason: checked by readTrust
}
