import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CommandError } from './cliErrors.js'

/** Where to install from: a web address as it is, anything else is a path to a manifest. */
export async function toSource(text: string): Promise<string> {
  if (/^https?:\/\//i.test(text)) return text
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text) && !text.startsWith('file:')) {
    throw new CommandError(`Cannot install from ${text}: only http, https and local paths are understood`)
  }
  const url = text.startsWith('file:') ? new URL(text) : pathToFileURL(resolve(text))
  const about = await stat(url).catch(() => undefined)
  if (!about) throw new CommandError(`There is no file at ${text}`)
  if (about.isDirectory()) throw new CommandError(`${text} is a folder; name the manifest.json in it`)
  return url.href
}
