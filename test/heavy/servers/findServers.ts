import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

export const SERVER_NAMES = ['nginx', 'apache', 'lighttpd', 'caddy'] as const
export type ServerName = (typeof SERVER_NAMES)[number]

interface Installation {
  readonly command: string
  /** Debian's. They bring the program, and no more services than cannot be helped. */
  readonly packages: readonly string[]
}

const INSTALLATIONS: Readonly<Record<ServerName, Installation>> = {
  nginx: { command: 'nginx', packages: ['nginx'] },
  apache: { command: 'apache2', packages: ['apache2-bin'] },
  lighttpd: { command: 'lighttpd', packages: ['lighttpd', 'lighttpd-mod-deflate'] },
  caddy: { command: 'caddy', packages: ['caddy'] },
}

/** Debian keeps servers where only root's PATH looks. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin']
/** Where a package asks whether it may start its service. */
const POLICY = '/usr/sbin/policy-rc.d'
const SERVICES_STAY_OFF = '#!/bin/sh\nexit 101\n'
const LOCK_TIMEOUT_SECONDS = 300

/** The programs' paths. Installs what is missing where it may: root, on Debian. Throws what to install elsewhere. */
export async function findServers(): Promise<Readonly<Record<ServerName, string>>> {
  const missing = SERVER_NAMES.filter((name) => pathOf(name) === undefined)
  if (missing.length > 0) await install(missing)
  const paths = SERVER_NAMES.map((name) => [name, pathOf(name) ?? notThere([name])] as const)
  return Object.fromEntries(paths) as Record<ServerName, string> // reason: fromEntries forgets the keys
}

function pathOf(name: ServerName): string | undefined {
  const { command } = INSTALLATIONS[name]
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS]
  return folders.map((folder) => join(folder, command)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function install(missing: readonly ServerName[]): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) notThere(missing)
  await withoutServices(() => {
    aptGet(['update', '--quiet'], missing)
    aptGet(['install', '--yes', '--quiet', '--no-install-recommends', ...packagesOf(missing)], missing)
  })
}

/** Whatever the machine said before about services, it says again afterwards. */
async function withoutServices(work: () => void): Promise<void> {
  if (existsSync(POLICY)) return work()
  await writeFile(POLICY, SERVICES_STAY_OFF, { mode: 0o755 })
  try {
    work()
  } finally {
    await rm(POLICY)
  }
}

function aptGet(args: readonly string[], missing: readonly ServerName[]): void {
  const { status, stderr } = spawnSync('apt-get', ['-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT_SECONDS}`, ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  })
  if (status !== 0) notThere(missing, stderr)
}

function packagesOf(names: readonly ServerName[]): string[] {
  return names.flatMap((name) => INSTALLATIONS[name].packages)
}

function notThere(names: readonly ServerName[], because?: string): never {
  const packages = packagesOf(names).join(' ')
  throw new Error(`This suite needs ${names.join(', ')}: install them, on Debian \`apt-get install ${packages}\``, {
    cause: because,
  })
}
