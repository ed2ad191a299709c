/** What a build script writes against `plugdock/publish`. */
import type { PluginManifest, SignedManifest } from 'plugdock'
import { generateSigningKey, inspectManifest, packBundle, signKeyList, signManifest } from 'plugdock/publish'

export async function publish(): Promise<PluginManifest> {
  const packed = await packBundle({ input: 'dist', id: 'acme.charts', version: '2.1.0', outDir: 'release' })
  const paths: string[] = [packed.manifestPath, packed.bundlePath]
  // @ts-expect-error what to pack is a must
  await packBundle({ id: 'acme.charts', version: '2.1.0' })
  // @ts-expect-error SemVer is text
  await packBundle({ input: paths[0] ?? '', id: 'acme.charts', version: 2 })
  return packed.manifest
}

export async function sign(manifest: PluginManifest): Promise<string | undefined> {
  const { privateKeyPem, trustedKey } = generateSigningKey()
  const signed: SignedManifest = signManifest(manifest, privateKeyPem)
  signKeyList({ keyListVersion: 1, version: 1, keys: [trustedKey] }, [privateKeyPem])
  // @ts-expect-error a key is needed
  signManifest(manifest)
  const bytes = new TextEncoder().encode(JSON.stringify(signManifest(signed, [privateKeyPem])))
  return (await inspectManifest(bytes, { keys: [trustedKey], threshold: 1 })).refusal?.reason
}
