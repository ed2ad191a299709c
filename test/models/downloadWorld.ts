import type { PluginDock } from '../../src/dock/types.js'
import type { Conditions } from '../../src/ports/conditions.js'
import {
  always,
  type BuiltPlugin,
  buildPlugin,
  corrupt,
  type PluginBuild,
  publishOn,
  type ScriptedOrigin,
  stall,
  status,
} from '../../src/testing/index.js'

/** Less than a chunk: nothing of it counts as won. */
const HELD_BYTES = 10

export interface PublishedPlugin {
  readonly url: string
  /** Of the bundle. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** A server that sends the first bytes of a bundle and then nothing, until it is told. */
export interface HoldingOrigin {
  publish(build: PluginBuild): Promise<PublishedPlugin>
  /** From its next request on. */
  hold(path: string): Promise<void>
  /** Whether a request for it has got its first bytes, and waits for more. */
  isHeld(path: string): Promise<boolean>
  /** The connection breaks. */
  cut(path: string): Promise<void>
  /** It sends the rest; later requests are held all the same where `onlyThis`. */
  release(path: string, onlyThis: boolean): Promise<void>
  /** The next request is answered with it, those after that are held. */
  answerNext(path: string, httpStatus: number, retryAfterSeconds?: number): Promise<void>
  /** It sends the rest, and a byte of it is wrong whenever it is asked for. */
  damage(path: string): Promise<void>
}

/** Where a dock lives: what a download's life needs of a platform. */
export interface DownloadWorld {
  readonly origin: HoldingOrigin
  /** A dock on the stores of this world: after a restart, what was stored is there. */
  open(): Promise<PluginDock>
  /** Settles when it is so; rejects where it does not come to be without time that passes. */
  until(isReached: () => boolean | Promise<boolean>, what: () => string): Promise<void>
  /** Lets time pass until the epoch ms. */
  passUntil?(epochMs: number): Promise<void>
  now?(): number
  change?(conditions: Partial<Conditions>): void
  /** The process is gone, without a word. */
  crash?(): void
  /** Somebody else's files take all the room; `undefined`: and make room again. */
  limitRoom?(to: 'what is there' | undefined): Promise<void>
  /** Bundles and partials. */
  countFiles(): Promise<number>
  close(): Promise<void>
}

/** `served`: the URL under which it is asked. */
export function createHoldingOrigin(origin: ScriptedOrigin, served = origin.url): HoldingOrigin {
  return {
    async publish(options) {
      const plugin = await buildOnce(options)
      const { id, bundle } = plugin.manifest
      return {
        url: publishOn(origin, plugin).replace(origin.url, served),
        path: `/${id}/${bundle.urls[0]}`,
        bytes: plugin.bytes,
      }
    },
    async hold(path) {
      origin.unscript(path)
      origin.script(path, always(stall(HELD_BYTES)))
    },
    async isHeld(path) {
      const last = origin.requests.filter((request) => request.path === path).at(-1)
      return last?.outcome === 'open' && last.bytesSent === HELD_BYTES
    },
    async cut(path) {
      origin.cut(path)
    },
    async release(path, onlyThis) {
      if (!onlyThis) origin.unscript(path)
      origin.release(path)
    },
    async answerNext(path, httpStatus, retryAfterSeconds) {
      origin.unscript(path)
      const later = retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }
      origin.script(path, status(httpStatus, later), always(stall(HELD_BYTES)))
    },
    async damage(path) {
      origin.unscript(path)
      origin.script(path, always(corrupt(HELD_BYTES)))
      origin.disturb(() => corrupt(HELD_BYTES), path)
      origin.release(path)
    },
  }
}

/** The same bytes for every path. */
const built = new Map<string, Promise<BuiltPlugin>>()

function buildOnce(build: PluginBuild): Promise<BuiltPlugin> {
  const name = JSON.stringify(build)
  const plugin = built.get(name) ?? buildPlugin(build)
  built.set(name, plugin)
  return plugin
}
