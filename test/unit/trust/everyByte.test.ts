import { beforeAll, describe, expect, it } from 'vitest'
import { openManifest } from '../../../src/actors/openManifest.js'
import { TrustDesk } from '../../../src/actors/trustDesk.js'
import { createEd25519 } from '../../../src/adapters/ed25519.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import { readManifestDocument } from '../../../src/domain/manifest.js'
import { readTrust } from '../../../src/domain/trust.js'
import { buildPlugin } from '../../../src/testing/index.js'
import { ALICE, BOB, signedBy, trusting } from './trustStage.js'

const BITS = [1, 2, 4, 8, 16, 32, 64, 128]

/** As a dock reads what an address answered. */
async function open(bytes: Uint8Array, trust: TrustDesk): Promise<string> {
  try {
    const { manifest } = await openManifest({ trust }, readManifestDocument(bytes), { now: 0 })
    return `${manifest.id}@${manifest.version}`
  } catch (error) {
    if (error instanceof PluginDockError) return error.code
    throw error
  }
}

/** Where a change of one bit was taken for good. */
async function acceptedChanges(good: Uint8Array, read: (bytes: Uint8Array) => Promise<string>): Promise<string[]> {
  const accepted: string[] = []
  for (let at = 0; at < good.length; at++) {
    for (const bit of BITS) {
      const bytes = new Uint8Array(good)
      bytes[at] = (bytes[at] ?? 0) ^ bit
      if (!['manifest', 'signature'].includes(await read(bytes))) accepted.push(`bit ${bit} of byte ${at}`)
    }
  }
  return accepted
}

describe('every bit of every byte that is changed', () => {
  let payload: Uint8Array
  let envelope: ReturnType<typeof signedBy>
  const desk = new TrustDesk(readTrust(trusting([ALICE, BOB], { threshold: 2 })), createEd25519().verify)

  beforeAll(async () => {
    const { manifest } = await buildPlugin({ size: 10, chunkLengths: 10 })
    payload = new TextEncoder().encode(JSON.stringify(manifest))
    envelope = signedBy(payload, ALICE, BOB)
  })

  it('of the envelope -> refused', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(envelope))
    expect(await open(bytes, desk)).toBe('acme.charts@1.0.0')
    expect(await acceptedChanges(bytes, (changed) => open(changed, desk))).toEqual([])
  })

  it('of the manifest in it -> refused', async () => {
    const around = (text: Uint8Array): Uint8Array =>
      new TextEncoder().encode(JSON.stringify({ ...envelope, payload: Buffer.from(text).toString('base64') }))
    expect(await open(around(payload), desk)).toBe('acme.charts@1.0.0')
    expect(await acceptedChanges(payload, (changed) => open(around(changed), desk))).toEqual([])
  })

  it('one byte less, or one more, anywhere in the manifest -> refused', async () => {
    const codes = new Set<string>()
    for (let at = 0; at <= payload.length; at++) {
      for (const text of [
        Buffer.concat([payload.subarray(0, at), payload.subarray(at + 1)]),
        Buffer.concat([payload.subarray(0, at), Buffer.from(' '), payload.subarray(at)]),
      ]) {
        if (Buffer.compare(text, payload) === 0) continue
        const changed = { ...envelope, payload: text.toString('base64') }
        codes.add(await open(new TextEncoder().encode(JSON.stringify(changed)), desk))
      }
    }
    expect([...codes]).toEqual(['signature'])
  })
})
