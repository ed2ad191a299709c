import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ExpoDocks } from '../../../src/hosts/expo/expoDocks.js'
import { generateSigningKey, signManifest } from '../../../src/publish/index.js'
import { buildPlugin, createScriptedOrigin } from '../../../src/testing/index.js'
import { createFakeExpo } from './fakeExpo.js'
import { becomePhone } from './phoneEngine.js'

it('on a phone, whose engine has no WebCrypto: signed by the key -> installed, by another -> refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'plugdock-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const [good, bad] = [generateSigningKey(), generateSigningKey()]
  const origin = createScriptedOrigin()
  const { manifest, bytes } = await buildPlugin()
  origin.put(`/${manifest.bundle.urls[0]}`, bytes)
  origin.put('/good.json', JSON.stringify(signManifest(manifest, good.privateKeyPem)))
  origin.put('/bad.json', JSON.stringify(signManifest(manifest, bad.privateKeyPem)))
  const expo = createFakeExpo({ directory, fetch: origin.fetch })
  const becomeNode = becomePhone()
  try {
    const dock = await new ExpoDocks(() => expo).open({ trust: { keys: [good.trustedKey] } })
    const refused = await dock.downloads.startDownload(origin.urlOf('/bad.json'))
    await expect(refused.finished).rejects.toMatchObject({ code: 'signature', reason: 'unknown-key' })
    const task = await dock.downloads.startDownload(origin.urlOf('/good.json'))
    expect(await task.finished).toMatchObject({ version: '1.0.0' })
    await dock.close()
  } finally {
    becomeNode()
  }
})
