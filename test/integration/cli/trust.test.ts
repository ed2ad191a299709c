import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jsonLines, runCli } from './runCli.js'

let root: string
const at = (name: string): string => join(root, name)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugdock-trust-'))
})

afterEach(() => rm(root, { recursive: true, force: true }))

async function makeKey(name = 'alice'): Promise<void> {
  expect(await runCli('keygen', '--out', at(name))).toMatchObject({ status: 0, stderr: '' })
}

async function pack(...more: readonly string[]): Promise<string> {
  await mkdir(at('in'), { recursive: true })
  await writeFile(at('in/index.js'), 'export const answer = 42')
  const args = ['--id', 'acme.a', '--version', '1.0.0', '--out', at('out'), ...more]
  expect(await runCli('pack', at('in'), ...args)).toMatchObject({ status: 0, stderr: '' })
  return at('out/manifest.json')
}

const install = (manifest: string, ...more: readonly string[]) =>
  runCli('install', manifest, '--store', at('store'), ...more)

describe('keygen', () => {
  test('the private key is for its owner alone, the public one is what apps trust', async () => {
    await makeKey()
    if (process.platform !== 'win32') expect((await stat(at('alice.pem'))).mode & 0o777).toBe(0o600)
    expect(await readFile(at('alice.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    const trust = JSON.parse(await readFile(at('alice.pub.json'), 'utf8'))
    expect(trust).toEqual({
      keys: [
        {
          keyid: expect.stringMatching(/^[0-9a-f]{64}$/),
          algorithm: 'ed25519',
          publicKey: { kty: 'OKP', crv: 'Ed25519', x: expect.stringMatching(/^[\w-]{43}$/) },
        },
      ],
    })
  })

  test('a key of that name is there -> it stays', async () => {
    await makeKey()
    const before = await readFile(at('alice.pem'), 'utf8')
    const again = await runCli('keygen', '--out', at('alice'))
    expect(again).toMatchObject({ status: 1, stderr: expect.stringMatching(/alice\.pem is there already/) })
    expect(await readFile(at('alice.pem'), 'utf8')).toBe(before)
  })

  test('only a public key of that name is there -> it stays, and nothing comes beside it', async () => {
    await writeFile(at('alice.pub.json'), 'kept')
    expect(await runCli('keygen', '--out', at('alice'))).toMatchObject({ status: 1 })
    expect(await readdir(root)).toEqual(['alice.pub.json'])
    expect(await readFile(at('alice.pub.json'), 'utf8')).toBe('kept')
  })

  test('--json -> one object', async () => {
    const { stdout } = await runCli('keygen', '--out', at('bob'), '--json')
    expect(jsonLines(stdout)).toMatchObject([{ type: 'key', privateKeyPath: at('bob.pem') }])
  })
})

describe('a signed manifest', () => {
  test('packed with a key -> installed by who trusts it', async () => {
    await makeKey()
    const manifest = await pack('--key', at('alice.pem'))
    expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({
      payloadType: 'application/vnd.plugdock.manifest+json',
    })
    expect(await install(manifest, '--trust', at('alice.pub.json'))).toMatchObject({ status: 0 })
    expect(await runCli('cat', 'acme.a', '--store', at('store'))).toMatchObject({ stdout: 'export const answer = 42' })
  })

  test('by a stranger, or by nobody -> refused with the reason, and 1', async () => {
    await makeKey()
    await makeKey('mallory')
    const unsigned = await pack()
    const args = ['--trust', at('alice.pub.json')]
    expect(await install(unsigned, ...args)).toMatchObject({ status: 1, stderr: expect.stringMatching(/not signed/) })
    await runCli('sign', unsigned, '--key', at('mallory.pem'))
    expect(await install(unsigned, ...args)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/does not trust/),
    })
    expect(await runCli('list', '--store', at('store'))).toMatchObject({ stdout: '' })
  })

  test('signed by two, one after the other -> both signatures, over the bytes of the file', async () => {
    await makeKey()
    await makeKey('bob')
    const manifest = await pack()
    const bytes = await readFile(manifest, 'utf8')
    await runCli('sign', manifest, '--key', at('alice.pem'))
    const { status, stdout } = await runCli('sign', manifest, '--key', at('bob.pem'), '--json')
    expect(status).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([{ type: 'signed', keyids: [expect.any(String), expect.any(String)] }])
    const envelope = JSON.parse(await readFile(manifest, 'utf8'))
    expect(Buffer.from(envelope.payload, 'base64').toString()).toBe(bytes)
    const keys = await Promise.all(
      ['alice', 'bob'].map(async (name) => JSON.parse(await readFile(at(`${name}.pub.json`), 'utf8')).keys[0]),
    )
    await writeFile(at('both.json'), JSON.stringify({ keys, threshold: 2 }))
    expect(await install(manifest, '--trust', at('both.json'))).toMatchObject({ status: 0 })
  })

  test('a key list is signed as one', async () => {
    await makeKey()
    const { keys } = JSON.parse(await readFile(at('alice.pub.json'), 'utf8'))
    await writeFile(at('keys.json'), JSON.stringify({ keyListVersion: 1, version: 1, keys }))
    await runCli('sign', at('keys.json'), '--key', at('alice.pem'), '--out', at('signed.json'))
    expect(JSON.parse(await readFile(at('signed.json'), 'utf8'))).toMatchObject({
      payloadType: 'application/vnd.plugdock.keys+json',
    })
  })

  test.each([
    ['no key', 'in/index.js', /no private key/],
    ['a key that is not there', 'none.pem', /There is no key at/],
  ])('signed with %s -> one line, and nothing is changed', async (_, key, words) => {
    const manifest = await pack()
    const before = await readFile(manifest, 'utf8')
    const { status, stderr } = await runCli('sign', manifest, '--key', at(key))
    expect(status).toBe(1)
    expect(stderr).toMatch(words)
    expect(await readFile(manifest, 'utf8')).toBe(before)
    expect(await runCli('pack', at('in'), '--id', 'acme.b', '--version', '1.0.0', '--key', at(key))).toMatchObject({
      status: 1,
    })
  })

  test('something that is no manifest -> not signed', async () => {
    await makeKey()
    await writeFile(at('odd.json'), '{"id":1}')
    expect(await runCli('sign', at('odd.json'), '--key', at('alice.pem'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/The manifest cannot be used/),
    })
  })
})

describe('inspect', () => {
  test('without keys -> what it says, and who claims to have signed it', async () => {
    await makeKey()
    const { status, stdout } = await runCli('inspect', await pack('--key', at('alice.pem'), '--name', 'A\u001b[2J'))
    expect(status).toBe(0)
    expect(stdout).toMatch(/^id +acme\.a\n/)
    expect(stdout).toMatch(/\nname +A\?\[2J\n/)
    expect(stdout).toMatch(/\nsigned by +[0-9a-f]{64} \(says the envelope; --trust finds out\)\n/)
    expect(await runCli('inspect', await pack())).toMatchObject({ stdout: expect.stringMatching(/signed by +nobody/) })
  })

  test('with keys -> whether they would do, and 1 where not', async () => {
    await makeKey()
    await makeKey('mallory')
    const manifest = await pack('--key', at('alice.pem'))
    expect(await runCli('inspect', manifest, '--trust', at('alice.pub.json'))).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/\(trusted\)/),
      stderr: '',
    })
    const refused = await runCli('inspect', manifest, '--trust', at('mallory.pub.json'), '--json')
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(/does not trust/) })
    expect(jsonLines(refused.stdout)).toMatchObject([
      {
        type: 'manifest',
        isSigned: true,
        trusted: false,
        reason: 'unknown-key',
        signatures: [{ outcome: 'unknown-key' }],
        manifest: { id: 'acme.a' },
      },
    ])
  })

  test('expired -> says so', async () => {
    const manifest = await pack()
    const text = JSON.parse(await readFile(manifest, 'utf8'))
    await writeFile(manifest, JSON.stringify({ ...text, expires: '2020-01-01T00:00:00Z' }))
    const { stdout } = await runCli('inspect', manifest)
    expect(stdout).toMatch(/\nexpires +2020-01-01T00:00:00Z, which is past\n/)
  })

  test('of a kind that moves the cursor -> the message does not', async () => {
    await writeFile(at('odd.json'), JSON.stringify({ payloadType: 'A\u001b[2J', payload: '', signatures: [] }))
    const { status, stderr } = await runCli('inspect', at('odd.json'))
    expect([status, stderr]).toEqual([1, expect.stringContaining('its payloadType is "A?[2J"')])
  })

  test.each([
    ['is no JSON', 'nonsense', /is no JSON/],
    ['names no key', '{}', /names no key/],
    ['holds a private key', '[{"keyid":"a","algorithm":"ed25519","publicKey":{"d":"x"}}]', /private key/],
  ])('a file of keys that %s -> one line that says so', async (_, text, words) => {
    const manifest = await pack()
    await writeFile(at('trust.json'), text)
    expect(await runCli('inspect', manifest, '--trust', at('trust.json'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(words),
    })
  })
})

test('an app that is too old -> refused, with the version that would fit', async () => {
  const manifest = await pack()
  const text = JSON.parse(await readFile(manifest, 'utf8'))
  await writeFile(manifest, JSON.stringify({ ...text, engines: { 'acme-editor': '^2.3' } }))
  expect(await install(manifest, '--host-version', '1.9.0')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /needs acme-editor \^2\.3, and this is 1\.9\.0: 2\.3\.0 is the lowest version that fits/,
    ),
  })
  expect(await install(manifest, '--host-version', '2.4.1')).toMatchObject({ status: 0 })
})
