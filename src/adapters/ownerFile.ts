import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Who holds a directory's lock. Information for a person, never authority. */
export interface Owner {
  readonly pid?: number
  readonly host?: string
  /** Epoch ms. */
  readonly since?: number
}

const OWNER_FILE = 'owner.json'

/** Leaves word that this process holds the lock. What cannot be written is left out: the lock is held all the same. */
export async function writeOwner(directory: string, since: number): Promise<void> {
  const owner: Owner = { pid: process.pid, host: hostname(), since }
  await writeFile(join(directory, OWNER_FILE), `${JSON.stringify(owner)}\n`, { mode: 0o600 }).catch(() => {})
}

/** Nothing in it where it is missing or torn. */
export async function readOwner(directory: string): Promise<Owner> {
  try {
    return pickOwner(JSON.parse(await readFile(join(directory, OWNER_FILE), 'utf8')))
  } catch {
    return {}
  }
}

/** Never fails: a file that stays is information of the past. */
export async function removeOwner(directory: string): Promise<void> {
  await rm(join(directory, OWNER_FILE), { force: true }).catch(() => {})
}

function pickOwner(value: unknown): Owner {
  if (typeof value !== 'object' || value === null) return {}
  const { pid, host, since } = value as Record<string, unknown> // every field is checked below
  return {
    ...(typeof pid === 'number' ? { pid } : {}),
    ...(typeof host === 'string' ? { host } : {}),
    ...(typeof since === 'number' ? { since } : {}),
  }
}
