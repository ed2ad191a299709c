import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTargets, runTarget, type TargetName } from '../../../fuzz/targets.mjs'
import { openManifest } from '../../../src/actors/openManifest.js'
import { TrustDesk } from '../../../src/actors/trustDesk.js'
import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import { ChunkMap } from '../../../src/domain/chunks.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import { followKeyLists, readKeyLists } from '../../../src/domain/keyList.js'
import { readManifest, readManifestDocument } from '../../../src/domain/manifest.js'
import { readTrust } from '../../../src/domain/trust.js'
import { inspectArchive } from '../../../src/plugins/archive.js'
import { createVerifiedBundle } from '../../../src/plugins/verifiedBundle.js'

const targets = createTargets({
  ...{ readManifest, readManifestDocument, readTrust, readKeyLists, followKeyLists, openManifest, TrustDesk },
  ...{ inspectArchive, createVerifiedBundle, ChunkMap, createNodeDigester },
})
const isOwnError = (error: unknown): boolean => error instanceof PluginDockError
const CORPUS = join(import.meta.dirname, '../../../fuzz/corpus')
const NAMES: readonly TargetName[] = ['manifest', 'envelope', 'zip']

const corpusOf = (name: TargetName): readonly Buffer[] =>
  readdirSync(join(CORPUS, name)).map((file) => readFileSync(join(CORPUS, name, file)))

/** One of the seeds, with some bytes changed, cut out, or put in. */
function changed(seeds: readonly Buffer[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(8),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.string({ maxLength: 12 }).map((text) => Buffer.from(text)),
    ),
  })
  return fc.tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: 5 })).map(([seed, changes]) =>
    changes.reduce((bytes, { at, remove, put }) => {
      const from = Math.floor(at * bytes.length)
      return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + remove)])
    }, seed),
  )
}

describe.each(NAMES)('strangers bytes as a %s', (name) => {
  const seeds = corpusOf(name)

  it('every input that was ever found to reach something new -> read, or refused by a reason of its own', async () => {
    expect(seeds.length).toBeGreaterThan(10)
    for (const seed of seeds) await runTarget(targets[name], seed, isOwnError)
  })

  it('those, changed -> the same', async () => {
    const property = fc.asyncProperty(changed(seeds), (bytes) => runTarget(targets[name], bytes, isOwnError))
    await fc.assert(property, { numRuns: 400 })
  })

  it('any bytes at all -> the same', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), (bytes) =>
      runTarget(targets[name], bytes, isOwnError),
    )
    await fc.assert(property, { numRuns: 100 })
  })
})

it('any JSON at all as a manifest or an envelope -> the same', async () => {
  const key = fc.constantFrom(
    'id',
    'bundle',
    'size',
    'payload',
    'payloadType',
    'signatures',
    'keyid',
    'keys',
    '__proto__',
  )
  const tree = fc.object({ key, maxDepth: 3, maxKeys: 4, values: [fc.string(), fc.double(), fc.constant(null)] })
  await fc.assert(
    fc.asyncProperty(tree, async (value) => {
      const bytes = new TextEncoder().encode(JSON.stringify(value))
      await runTarget(targets.manifest, bytes, isOwnError)
      await runTarget(targets.envelope, bytes, isOwnError)
    }),
    { numRuns: 300 },
  )
})

it('a target that throws something else, or changes a prototype -> is found', async () => {
  const broken = [() => Promise.reject(new TypeError('x')), () => Promise.reject(new RangeError('Maximum call stack'))]
  for (const target of broken) await expect(runTarget(target, new Uint8Array(), isOwnError)).rejects.toThrow()
  const polluting = async () => void Object.assign(Object.prototype, { polluted: 1 })
  await expect(runTarget(polluting, new Uint8Array(), isOwnError)).rejects.toThrow('"polluted"')
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})
