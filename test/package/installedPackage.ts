import { execFile } from 'node:child_process'
import { access, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { addNativePeers } from './nativePeers.js'

/** The package as npm would install it in an app: unpacked from its tarball, beside what it depends on. */
export interface InstalledPackage {
  /** The app's folder. */
  readonly app: string
  /** The package's folder in the app. */
  readonly package: string
  readonly tarball: string
}

declare module 'vitest' {
  interface ProvidedContext {
    installed: InstalledPackage
  }
}

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

/** Vitest's global setup of the project `types`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await access(join(ROOT, 'dist/manifest.schema.json')).catch((cause: unknown) => {
    throw new Error('The package is not built: `npm run build` comes first', { cause })
  })
  const app = await realpath(await mkdtemp(join(tmpdir(), 'plugdock-app-')))
  const remove = () => rm(app, { recursive: true, force: true })
  try {
    project.provide('installed', await install(app))
  } catch (error) {
    await remove()
    throw error
  }
  return remove
}

export async function install(app: string): Promise<InstalledPackage> {
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }))
  await copyDependencies(app)
  await addNativePeers(app)
  const tarball = await pack(app)
  await run('tar', ['-xzf', tarball, '-C', app])
  const target = join(app, 'node_modules/plugdock')
  await cp(join(app, 'package'), target, { recursive: true })
  await rm(join(app, 'package'), { recursive: true })
  return { app, package: target, tarball }
}

export async function pack(app: string): Promise<string> {
  const folder = join(app, 'packed')
  await mkdir(folder)
  const options = { cwd: ROOT, shell: process.platform === 'win32' }
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], options)
  const names = await readdir(folder)
  return join(folder, ...names)
}

/** Copies, not links: a link would lead the compiler to our own `node_modules`, where types lie that no app has. */
async function copyDependencies(app: string): Promise<void> {
  const lock: unknown = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'))
  const paths = installedForUsers(lock as Lockfile) // reason: npm's own file, of version 3
  await Promise.all(
    paths.map((path) => cp(join(ROOT, path), join(app, path), { recursive: true, filter: isNoSourceOfNative })),
  )
}

/** What an app with React has beside our peers. */
const TYPES_OF_PEERS = new Set(['node_modules/@types/react', 'node_modules/csstype'])

interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
}

function installedForUsers({ packages }: Lockfile): string[] {
  return Object.entries(packages).flatMap(([path, { dev, optional, devOptional }]) =>
    path === '' || ((dev || optional || devOptional) && !TYPES_OF_PEERS.has(path)) ? [] : [path],
  )
}

function isNoSourceOfNative(path: string): boolean {
  return !/classic-level[\\/]deps$/.test(path)
}
