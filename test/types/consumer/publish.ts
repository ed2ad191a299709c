/** What a build script writes against `plugdock/publish`. */
import type { PluginManifest } from 'plugdock'
import { packBundle } from 'plugdock/publish'

export async function publish(): Promise<PluginManifest> {
  const packed = await packBundle({ input: 'dist', id: 'acme.charts', version: '2.1.0', outDir: 'release' })
  const paths: string[] = [packed.manifestPath, packed.bundlePath]
  // @ts-expect-error what to pack is a must
  await packBundle({ id: 'acme.charts', version: '2.1.0' })
  // @ts-expect-error SemVer is text
  await packBundle({ input: paths[0] ?? '', id: 'acme.charts', version: 2 })
  return packed.manifest
}
