import { createPluginDockOn, type HostDockOptions } from '../../src/createPluginDockOn.js'
import type { PluginDock } from '../../src/publicTypes.js'
import {
  buildPlugin,
  createMemoryHost,
  createScriptedOrigin,
  type MemoryHost,
  publishOn,
  type ScriptedOrigin,
} from '../../src/testing/index.js'

export interface LiveOptions extends Pick<HostDockOptions, 'bandwidth' | 'storage'> {
  /** Whether the connection has a data limit. @default false */
  readonly metered?: boolean
  /** Installed when it opens, and confirmed to work. @default none */
  readonly installed?: readonly PluginName[]
  /** @default as fast as it goes */
  readonly limitBytesPerSecond?: number
}

export const PLUGIN_NAMES = ['Charts', 'Maps', 'Tables'] as const
export type PluginName = (typeof PLUGIN_NAMES)[number]

/** Real machines over a memory host and an origin that does what it is told. */
export interface Live {
  readonly dock: PluginDock
  readonly host: MemoryHost
  readonly origin: ScriptedOrigin
  /** Of the bundle that was published last, for faults. */
  bundlePath(name: PluginName): string
  /** @default 1.0.0, and it works */
  install(name: PluginName, release?: Release): Promise<void>
}

export interface Release {
  readonly version: string
  /** What its module throws as soon as it is imported. */
  readonly error?: string
}

const SIZES: Readonly<Record<PluginName, number>> = { Charts: 3_000_000, Maps: 6_000_000, Tables: 3_000_000 }
const FIRST: Release = { version: '1.0.0' }

export async function openLive(options: LiveOptions = {}): Promise<Live> {
  const { metered = false, installed = [], limitBytesPerSecond, ...settings } = options
  const origin = createScriptedOrigin()
  const host = createMemoryHost({ origin })
  // one length for all pauses, long enough to be read
  const retry = { baseDelayMs: 20_000, jitter: 'none' } as const
  const dock = await createPluginDockOn(host, { ...settings, retry })
  const paths = new Map<PluginName, string>()
  const publish = async (name: PluginName, release: Release) => {
    const plugin = await buildPlugin({ id: idOf(name), name, version: release.version, bytes: moduleOf(name, release) })
    paths.set(name, `/${idOf(name)}/${plugin.manifest.bundle.urls[0]}`)
    return publishOn(origin, plugin)
  }
  const install = async (name: PluginName, release = FIRST) => {
    await dock.downloads.startDownload(await publish(name, release))
  }
  // so that faults can be laid before anything is installed
  for (const name of PLUGIN_NAMES) await publish(name, FIRST)
  for (const name of installed) {
    await install(name)
    await confirm(dock, idOf(name))
  }
  await dock.downloads.dismissSettled()
  host.conditions.change({ metered })
  origin.limitBytesPerSecond = limitBytesPerSecond
  return { dock, host, origin, install, bundlePath: (name) => paths.get(name) ?? '' }
}

export function idOf(name: PluginName): string {
  return `acme.${name.toLowerCase()}`
}

async function confirm(dock: PluginDock, pluginId: string): Promise<void> {
  await Promise.all(dock.downloads.getTasks().map(({ finished }) => finished))
  const plugin = await dock.plugins.load(pluginId)
  await plugin.confirmHealthy()
  await plugin.close()
}

/** A module as large as a plugin: what follows the code is a comment. */
function moduleOf(name: PluginName, { version, error }: Release): Uint8Array<ArrayBuffer> {
  const code = error === undefined ? '' : `throw new Error(${JSON.stringify(error)})\n`
  return new TextEncoder().encode(
    `${code}export const greeting = '${name} ${version} is running'\n// ${version.padEnd(SIZES[name], '.')}`,
  )
}
