import { describe, expect, it } from 'vitest'
import type { SignedManifest } from '../../../src/domain/envelope.js'
import type { PluginManifest } from '../../../src/domain/manifest.js'
import type { TrustOptions } from '../../../src/domain/trust.js'
import { type BuiltPlugin, buildPlugin } from '../../../src/testing/index.js'
import { packed } from '../plugins/zips.js'
import { ALICE, BOB, createTrustStage, ID, MALLORY, outcomeOf, signedBy, trusting, withPayload } from './trustStage.js'

const code = new TextEncoder().encode('export const version = "1.0.0"\n')
const zip = new Uint8Array(await packed({ 'index.js': code, 'style.css': 'body {}' }))

const BUNDLES: Readonly<Record<string, () => Promise<BuiltPlugin>>> = {
  'a file with chunks': () => buildPlugin({ bytes: code, chunkLengths: 10 }),
  'a file without chunks': () => buildPlugin({ bytes: code, chunkLengths: 'none' }),
  'a zip': async () => {
    const { manifest, bytes } = await buildPlugin({ bytes: zip, chunkLengths: 64 })
    return { manifest: { ...manifest, bundle: { ...manifest.bundle, format: 'zip' } }, bytes }
  },
}

const POLICIES: Readonly<Record<string, TrustOptions | undefined>> = {
  'no keys': undefined,
  'one key': trusting([ALICE]),
  'one key, not required': trusting([ALICE], { required: false }),
  'two of two keys': trusting([ALICE, BOB], { threshold: 2 }),
}

type State = (manifest: PluginManifest) => object

const first = (envelope: SignedManifest, change: object): SignedManifest => ({
  ...envelope,
  signatures: envelope.signatures.map((signature, index) => (index === 0 ? { ...signature, ...change } : signature)),
})

const OK = 'installed'
/** What becomes of each state of the signature, in the order of the policies. */
const STATES: readonly (readonly [title: string, state: State, outcomes: readonly [string, string, string, string]])[] =
  [
    ['not signed', (it) => it, [OK, 'signature: unsigned', OK, 'signature: unsigned']],
    ['signed by the key', (it) => signedBy(it, ALICE), [OK, OK, OK, 'signature: threshold']],
    ['signed by both keys', (it) => signedBy(it, ALICE, BOB), [OK, OK, OK, OK]],
    [
      'signed by a stranger',
      (it) => signedBy(it, MALLORY),
      [OK, 'signature: unknown-key', OK, 'signature: unknown-key'],
    ],
    ['signed by the key and a stranger', (it) => signedBy(it, MALLORY, ALICE), [OK, OK, OK, 'signature: threshold']],
    [
      'signed by a stranger under the name of the key',
      (it) => first(signedBy(it, MALLORY), { keyid: ALICE.trustedKey.keyid }),
      [OK, 'signature: mismatch', 'signature: mismatch', 'signature: mismatch'],
    ],
    [
      'changed after it was signed',
      (it) =>
        withPayload(signedBy(it, ALICE), (text) => text.replace('"manifestVersion":1', '"manifestVersion":1,"x":1')),
      [OK, 'signature: mismatch', 'signature: mismatch', 'signature: mismatch'],
    ],
    [
      'a signature cut short',
      (it) => first(signedBy(it, ALICE), { sig: signedBy(it, ALICE).signatures[0]?.sig.slice(0, 80) }),
      [OK, 'signature: mismatch', 'signature: mismatch', 'signature: mismatch'],
    ],
    [
      'an empty list of signatures',
      (it) => ({ ...signedBy(it, ALICE), signatures: [] }),
      [OK, 'signature: unsigned', OK, 'signature: unsigned'],
    ],
    [
      'an envelope around something else',
      (it) => ({ ...signedBy(it, ALICE), payloadType: 'application/vnd.plugdock.keys+json' }),
      ['signature: wrong-type', 'signature: wrong-type', 'signature: wrong-type', 'signature: wrong-type'],
    ],
    [
      'a payload that is no base64',
      (it) => ({ ...signedBy(it, ALICE), payload: '{}' }),
      ['signature: malformed', 'signature: malformed', 'signature: malformed', 'signature: malformed'],
    ],
    [
      'an envelope that lost its signatures',
      (it) => ({ ...signedBy(it, ALICE), signatures: undefined }),
      ['signature: malformed', 'signature: malformed', 'signature: malformed', 'signature: malformed'],
    ],
  ]

const CELLS = Object.entries(BUNDLES).flatMap(([bundle, build]) =>
  STATES.flatMap(([state, change, outcomes]) =>
    Object.entries(POLICIES).map(([policy, trust], index) => {
      const expected = outcomes[index]
      return [`${bundle}, ${state}, ${policy} -> ${expected}`, { build, change, trust, expected }] as const
    }),
  ),
)

describe('kind of bundle, state of its signature, policy of the app', () => {
  it.each(CELLS)('%s', async (_, { build, change, trust, expected }) => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust })
    const url = stage.offer(await build(), change)
    expect(await stage.outcome(dock, url)).toBe(expected)
    if (expected === OK) expect(await dock.storage.getInstalledPlugins()).toMatchObject([{ pluginId: ID }])
    else expect(await stage.reached()).toEqual({ stored: 0, requests: 0 })
  })

  it.each(CELLS.filter(([title]) => title.startsWith('a file with chunks')))(
    'given as an object: %s',
    async (_, { build, change, trust, expected }) => {
      const stage = createTrustStage()
      const dock = await stage.open({ trust })
      const plugin = await build()
      const baseUrl = stage.offer(plugin, change)
      // any of them: what it is the dock finds out
      const task = await dock.downloads.startDownload(change(plugin.manifest) as PluginManifest, { baseUrl })
      expect(await task.finished.then(() => OK, outcomeOf)).toBe(expected)
      if (expected !== OK) expect(await stage.reached()).toEqual({ stored: 0, requests: 0 })
    },
  )

  it.each(CELLS.filter(([title]) => title.startsWith('a file with chunks')))(
    'only estimated: %s',
    async (_, { build, change, trust, expected }) => {
      const stage = createTrustStage()
      const dock = await stage.open({ trust })
      const estimate = dock.downloads.estimate(stage.offer(await build(), change))
      expect(await estimate.then(() => OK, outcomeOf)).toBe(expected)
    },
  )
})
