import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** A program that a suite needs. */
export interface Installation {
  /** Names that it goes by, the best first. */
  readonly commands: readonly string[]
  /** Where it may be beside PATH, as absolute folders; one segment of a path may be `*`. */
  readonly folders?: readonly string[]
  /** Debian's. They bring the program, and no more services than cannot be helped. */
  readonly packages: readonly string[]
}

/** Debian keeps servers where only root's PATH looks. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin']
/** Where a package asks whether it may start its service. */
const POLICY = '/usr/sbin/policy-rc.d'
const SERVICES_STAY_OFF = '#!/bin/sh\nexit 101\n'
const LOCK_TIMEOUT_SECONDS = 300

/** The programs' paths. Installs what is missing where it may: root, on Debian. Throws what to install elsewhere. */
export async function findPrograms<Name extends string>(
  installations: Readonly<Record<Name, Installation>>,
): Promise<Readonly<Record<Name, string>>> {
  const names = Object.keys(installations) as Name[] // reason: Object.keys forgets them
  const missing = names.filter((name) => pathOf(installations[name]) === undefined)
  const packages = missing.flatMap((name) => installations[name].packages)
  if (missing.length > 0) await install(missing, packages)
  const paths = names.map(
    (name) => [name, pathOf(installations[name]) ?? notThere([name], installations[name].packages)] as const,
  )
  return Object.fromEntries(paths) as Record<Name, string> // reason: fromEntries forgets the keys
}

function pathOf({ commands, folders = [] }: Installation): string | undefined {
  const all = [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS, ...folders.flatMap(expanded)]
  return commands.flatMap((command) => all.map((folder) => join(folder, command))).find(isExecutable)
}

/** The folders that a path with a `*` in place of a segment's part stands for. */
function expanded(pattern: string): string[] {
  return pattern
    .split('/')
    .slice(1)
    .reduce(
      (paths: string[], segment) => paths.flatMap((path) => segmentsIn(path, segment).map((name) => `${path}/${name}`)),
      [''],
    )
}

function segmentsIn(folder: string, segment: string): string[] {
  if (!segment.includes('*')) return [segment]
  const [start = '', end = ''] = segment.split('*')
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []
  return names.filter((name) => name.startsWith(start) && name.endsWith(end))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function install(missing: readonly string[], packages: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) notThere(missing, packages)
  await withoutServices(() => {
    for (const args of [
      ['update', '--quiet'],
      ['install', '--yes', '--quiet', '--no-install-recommends', ...packages],
    ]) {
      const { status, stderr } = aptGet(args)
      if (status !== 0) notThere(missing, packages, stderr)
    }
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

function aptGet(args: readonly string[]) {
  return spawnSync('apt-get', ['-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT_SECONDS}`, ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  })
}

function notThere(names: readonly string[], packages: readonly string[], because?: string): never {
  const advice = `install them, on Debian \`apt-get install ${packages.join(' ')}\``
  throw new Error(`This suite needs ${names.join(', ')}: ${advice}`, { cause: because })
}
