import { toBase64 } from '../../../src/domain/bytes.js'
import { type BuiltPlugin, buildPlugin, type PluginBuild, seededBytes } from '../../../src/testing/index.js'

/** A plugin that page and origin build alike; only plain data crosses between them. */
export interface CaseBuild extends Omit<PluginBuild, 'bytes'> {
  readonly size: number
  /** Bytes that a server might want to compress. @default false */
  readonly isText?: boolean
}

export function buildCase({ isText, ...build }: CaseBuild): Promise<BuiltPlugin> {
  return buildPlugin(isText ? { ...build, bytes: textOf(build.size) } : build)
}

function textOf(size: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(toBase64(seededBytes(size, 'text'))).slice(0, size)
}
