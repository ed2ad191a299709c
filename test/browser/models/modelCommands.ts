import type { BrowserCommand } from 'vitest/node'
import { createScriptedOrigin, type ListeningOrigin, type PluginBuild } from '../../../src/testing/index.js'
import { createHoldingOrigin, type HoldingOrigin } from '../../models/downloadWorld.js'

const origins = new Map<string, { readonly holding: HoldingOrigin; readonly listening: ListeningOrigin }>()

const openHoldingOrigin: BrowserCommand<[]> = async () => {
  const origin = createScriptedOrigin()
  const listening = await origin.listen()
  origins.set(listening.url, { holding: createHoldingOrigin(origin, listening.url), listening })
  return listening.url
}

const closeHoldingOrigin: BrowserCommand<[url: string]> = async (_context, url) => {
  await origins.get(url)?.listening.close()
  origins.delete(url)
}

/** Bytes stay: the page can make the same. */
const publishHeld: BrowserCommand<[url: string, build: PluginBuild]> = async (_context, url, build) => {
  const { url: manifest, path } = await find(url).publish(build)
  return { url: manifest, path }
}

const holdPath: BrowserCommand<[url: string, path: string]> = (_context, url, path) => find(url).hold(path)
const isPathHeld: BrowserCommand<[url: string, path: string]> = (_context, url, path) => find(url).isHeld(path)
const cutPath: BrowserCommand<[url: string, path: string]> = (_context, url, path) => find(url).cut(path)
const damagePath: BrowserCommand<[url: string, path: string]> = (_context, url, path) => find(url).damage(path)

const releasePath: BrowserCommand<[url: string, path: string, onlyThis: boolean]> = (_context, url, path, onlyThis) =>
  find(url).release(path, onlyThis)

const answerNext: BrowserCommand<[url: string, path: string, httpStatus: number]> = (_context, url, path, httpStatus) =>
  find(url).answerNext(path, httpStatus)

function find(url: string): HoldingOrigin {
  const found = origins.get(url)
  if (found) return found.holding
  throw new Error(`Nobody listens at ${url}`)
}

export const modelCommands = {
  openHoldingOrigin,
  closeHoldingOrigin,
  publishHeld,
  holdPath,
  isPathHeld,
  cutPath,
  damagePath,
  releasePath,
  answerNext,
}

declare module 'vitest/browser' {
  interface BrowserCommands {
    openHoldingOrigin(): Promise<string>
    closeHoldingOrigin(url: string): Promise<void>
    publishHeld(url: string, build: PluginBuild): Promise<{ url: string; path: string }>
    holdPath(url: string, path: string): Promise<void>
    isPathHeld(url: string, path: string): Promise<boolean>
    cutPath(url: string, path: string): Promise<void>
    damagePath(url: string, path: string): Promise<void>
    releasePath(url: string, path: string, onlyThis: boolean): Promise<void>
    answerNext(url: string, path: string, httpStatus: number): Promise<void>
  }
}
