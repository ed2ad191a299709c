import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import { createPluginDockOn, type HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { PluginDock } from '../../../src/dock/types.js'
import {
  type BuiltPlugin,
  buildPlugin,
  createMemoryHost,
  createScriptedOrigin,
  createVirtualClock,
  type MemoryHost,
  type MemoryHostOptions,
  type PluginBuild,
  type ScriptedOrigin,
  seededBytes,
  type VirtualClock,
} from '../../../src/testing/index.js'
import { passTimeUntil } from '../dock/stage.js'
import { type MortalProcess, startProcess } from './mortalProcess.js'

/** Stores, an origin with every {@link Release} on it, and time, all of which outlive the processes that use them. */
export interface CrashStage {
  readonly clock: VirtualClock
  readonly origin: ScriptedOrigin
  readonly world: MemoryHost
  urlOf(release: Release): string
  /** Settles as `work` does, while time passes; fails where nothing is left that could bring it about. */
  during<T>(work: Promise<T>, what: string): Promise<T>
  open(): Promise<PluginDock>
  /** In a process that may die: time does not pass by itself. */
  openWithin(process: MortalProcess): Promise<PluginDock>
  /** Runs `work` on a dock of its own, and closes it. */
  session<T>(work: (dock: PluginDock) => Promise<T>): Promise<T>
}

/** A version of a plugin that the stage's origin has. */
export interface Release extends BuiltPlugin {
  /** Tells releases apart that have the same id and version. */
  readonly label: string
}

const CHUNK = 8192
const OWN_BYTES = CHUNK + 500
/** Of every release. */
export const BUNDLE_BYTES = CHUNK + OWN_BYTES
/** In every bundle but that without chunks: an update takes these from the version before. */
const SHARED = seededBytes(CHUNK, 'shared')

async function release(label: string, build: PluginBuild): Promise<Release> {
  return { label, ...(await buildPlugin({ chunkLengths: CHUNK, ...build })) }
}

function bundle(seed: string): Uint8Array<ArrayBuffer> {
  const own = seededBytes(OWN_BYTES, seed)
  return new Uint8Array([...SHARED, ...own])
}

const made = Promise.all([
  release('first', { version: '1.0.0', bytes: bundle('first') }),
  release('second', { version: '2.0.0', bytes: bundle('second') }),
  release('third', { version: '3.0.0', bytes: bundle('third') }),
  release('rebuilt', { version: '1.0.0', bytes: bundle('rebuilt') }),
  release('unmapped', { version: '1.0.0', bytes: bundle('unmapped'), chunkLengths: 'none' }),
  release('unmapped update', { version: '2.0.0', bytes: bundle('unmapped update'), chunkLengths: 'none' }),
  release('twin', { id: 'acme.twin', version: '1.0.0', bytes: bundle('first') }),
  release('other', { id: 'acme.other', version: '1.0.0', bytes: bundle('other') }),
])

export type Releases = Readonly<Record<ReleaseName, Release>>
export type ReleaseName = 'first' | 'second' | 'third' | 'rebuilt' | 'unmapped' | 'unmappedUpdate' | 'twin' | 'other'

export async function releases(): Promise<Releases> {
  const [first, second, third, rebuilt, unmapped, unmappedUpdate, twin, other] = await made
  return { first, second, third, rebuilt, unmapped, unmappedUpdate, twin, other }
}

/** Hashes in the thread of the test: so that turns of the event loop are all that a clock has to wait for. */
const digester = { ...createNodeDigester(), wholeDigestIsCheap: false }

export interface CrashStageOptions extends Pick<MemoryHostOptions, 'unflushed' | 'capacityBytes'> {
  readonly dock?: HostDockOptions
}

export async function createCrashStage({ dock: dockOptions, ...storage }: CrashStageOptions = {}): Promise<CrashStage> {
  const clock = createVirtualClock({ turns: 2 })
  const origin = createScriptedOrigin({ clock })
  const world = createMemoryHost({ origin, clock, digester, ...storage })
  for (const { label, manifest, bytes } of Object.values(await releases())) {
    const folder = pathOf(label)
    origin.put(`${folder}/manifest.json`, { bytes: JSON.stringify(manifest), contentType: 'application/json' })
    origin.put(`${folder}/${manifest.bundle.urls[0]}`, bytes)
  }
  const during = async <T>(work: Promise<T>, what: string): Promise<T> => {
    let isSettled = false
    const settled = work.finally(() => {
      isSettled = true
    })
    settled.catch(() => {})
    await passTimeUntil(clock, () => isSettled, what)
    return settled
  }
  const openWithin = ({ host }: MortalProcess) =>
    createPluginDockOn(host, { retry: { jitter: 'none' }, ...dockOptions })
  const open = () => during(openWithin(startProcess(world)), 'a dock that opens')
  return {
    clock,
    origin,
    world,
    urlOf: ({ label }) => origin.urlOf(`${pathOf(label)}/manifest.json`),
    during,
    open,
    openWithin,
    async session(work) {
      const dock = await open()
      try {
        return await during(work(dock), 'a session to end')
      } finally {
        await during(dock.close(), 'a dock that closes')
      }
    },
  }
}

function pathOf(label: string): string {
  return `/${label.replaceAll(' ', '-')}`
}
