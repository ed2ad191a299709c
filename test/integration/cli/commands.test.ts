import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { downloadMachine, supervisorMachine } from '../../../machines/index.js'
import { toMermaid } from '../../../src/charts/toMermaid.js'
import { jsonLines, runCli, startCli } from './runCli.js'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugdock-cli-'))
})

afterEach(() => rm(root, { recursive: true, force: true }))

async function sampleFolder(): Promise<string> {
  await mkdir(join(root, 'in'))
  await writeFile(join(root, 'in/index.js'), 'export const answer = 42')
  return join(root, 'in')
}

const LINE = /^plugdock: .+\n$/

describe('a command line that was written wrongly ends with 2 and one line on standard error', () => {
  test.each([
    ['no command', [], /pack, serve, install/],
    ['an unknown command', ['instal'], /unknown command 'instal' \(Did you mean install\?\)/],
    ['an unknown option', ['list', '--stroe', 'x', '--store', 'y'], /unknown option '--stroe'/],
    ['a missing option', ['list'], /--store/],
    ['a missing argument', ['install', '--store', 'x'], /manifest/],
    ['one argument too many', ['remove', 'a', 'b', '--store', 'x'], /too many arguments/],
    ['an option that makes no sense', ['install', 'm', '--store', 'x', '--limit-rate', 'fast'], /--limit-rate.*500K/],
    ['a size that makes no sense', ['evict', 'much', '--store', 'x'], /500K or 1G/],
    ['a chart that does not exist', ['machines', 'fleet'], /supervisor, download, activation/],
    ['a format that does not exist', ['machines', '--format', 'svg'], /mermaid, json/],
  ])('%s', async (_, args, words) => {
    const { status, stdout, stderr } = await runCli(...args)
    expect(status).toBe(2)
    expect(stderr).toMatch(LINE)
    expect(stderr).toMatch(words)
    expect(stdout).toBe('')
  })
})

test('--help and --version go to standard output and end with 0', async () => {
  expect(await runCli('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/install/), stderr: '' })
  expect(await runCli('install', '--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/--limit-rate/) })
  expect(await runCli('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

describe('pack', () => {
  test('prints where manifest and bundle are', async () => {
    const out = join(root, 'out')
    const packed = await runCli('pack', await sampleFolder(), '--id', 'acme.a', '--version', '1.0.0', '--out', out)
    expect(packed).toEqual({
      status: 0,
      stdout: `${join(out, 'manifest.json')}\n${join(out, 'acme.a-1.0.0.zip')}\n`,
      stderr: '',
    })
    expect(await readdir(out)).toEqual(['acme.a-1.0.0.zip', 'manifest.json'])
  })

  test('with --json prints one object', async () => {
    const args = ['--id', 'acme.a', '--version', '1.0.0', '--name', 'A', '--out', root, '--json']
    const { stdout } = await runCli('pack', join(await sampleFolder(), 'index.js'), ...args)
    expect(jsonLines(stdout)).toEqual([
      {
        type: 'packed',
        pluginId: 'acme.a',
        version: '1.0.0',
        sizeBytes: 24,
        manifestPath: join(root, 'manifest.json'),
        bundlePath: join(root, 'acme.a-1.0.0.js'),
      },
    ])
    expect(JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8'))).toMatchObject({ name: 'A' })
  })

  test('of what cannot be packed ends with 1 and says why', async () => {
    const { status, stderr } = await runCli('pack', join(root, 'gone'), '--id', 'a', '--version', '1.0.0')
    expect({ status, stderr }).toEqual({ status: 1, stderr: `plugdock: There is nothing at ${join(root, 'gone')}\n` })
  })
})

describe('serve', () => {
  async function serving() {
    const cli = startCli(['serve', root])
    const url = (await cli.says(/http:\S+\/(?=\n)/)).trim()
    const stop = () => {
      cli.interrupt()
      return cli.status
    }
    return { url, stop, stdout: cli.stdout }
  }

  test('prints its address and the manifests in the folder, and ends when it is interrupted', async () => {
    await mkdir(join(root, 'charts 2'))
    for (const folder of ['.', 'charts 2']) await writeFile(join(root, folder, 'manifest.json'), '{}')
    const { url, stdout, stop } = await serving()
    expect(stdout()).toBe(`Serving ${root} at ${url}\n${url}charts%202/manifest.json\n${url}manifest.json\n`)
    expect((await fetch(`${url}charts%202/manifest.json`)).status).toBe(200)
    expect(await stop()).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })

  test('answers ranges, and the whole where the file is another one by now', async () => {
    await writeFile(join(root, 'a.zip'), 'abcdefghij')
    const { url, stop } = await serving()
    const whole = await fetch(`${url}a.zip`)
    const etag = whole.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[^"]+"$/)
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': '10',
      'content-type': 'application/zip',
      'access-control-allow-origin': '*',
    })
    expect(whole.headers.get('access-control-expose-headers')).toMatch(/Content-Range.*ETag/)

    const part = await fetch(`${url}a.zip`, { headers: { range: 'bytes=2-4', 'if-range': etag } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', 'cde'])
    const first = await fetch(`${url}a.zip`, { headers: { range: 'bytes=0-0' } })
    expect([first.status, await first.text()]).toEqual([206, 'a'])
    const stale = await fetch(`${url}a.zip`, { headers: { range: 'bytes=2-4', 'if-range': '"old"' } })
    expect([stale.status, await stale.text()]).toEqual([200, 'abcdefghij'])
    const behind = await fetch(`${url}a.zip`, { headers: { range: 'bytes=10-' } })
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */10'])
    expect((await fetch(`${url}a.zip`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    await stop()
  })

  test('sends compressed files as the bytes they are', async () => {
    await writeFile(join(root, 'a.js.gz'), 'not even gzip')
    const { url, stop } = await serving()
    const answer = await fetch(`${url}a.js.gz`)
    expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual([null, 'not even gzip'])
    await stop()
  })

  test('answers preflights, refuses to be written to, and lets nobody out of the folder', async () => {
    await mkdir(join(root, 'inner'))
    await writeFile(join(root, 'secret.txt'), 'secret')
    const cli = startCli(['serve', join(root, 'inner')])
    const url = (await cli.says(/http:\S+\/(?=\n)/)).trim()
    const preflight = await fetch(`${url}a.zip`, { method: 'OPTIONS' })
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      expect.stringMatching(/Range, If-Range/),
    ])
    expect((await fetch(`${url}a.zip`, { method: 'PUT', body: 'x' })).status).toBe(405)
    for (const path of [
      '..%2fsecret.txt',
      '%2e%2e/secret.txt',
      '%2e%2e%2fsecret.txt',
      'a/..%2f..%2fsecret.txt',
      '%',
      '',
    ]) {
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404])
    }
    cli.interrupt()
    await cli.status
  })

  test('says so where the folder is missing or the port is taken', async () => {
    expect(await runCli('serve', join(root, 'gone'))).toEqual({
      status: 1,
      stdout: '',
      stderr: `plugdock: There is no folder at ${join(root, 'gone')}\n`,
    })
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo // it listens on TCP
    const { status, stderr } = await runCli('serve', root, '--port', String(port))
    expect([status, stderr]).toEqual([
      1,
      `plugdock: Port ${port} of 127.0.0.1 is already in use; choose another with --port\n`,
    ])
    other.close()
  })
})

describe('machines', () => {
  test('prints one chart as Mermaid, all of them as Markdown', async () => {
    expect((await runCli('machines', 'download')).stdout).toBe(`${toMermaid(downloadMachine)}\n`)
    const { stdout } = await runCli('machines')
    for (const drawing of [supervisorMachine, downloadMachine].map(toMermaid)) {
      expect(stdout).toContain(`\`\`\`mermaid\n${drawing}\n\`\`\``)
    }
  })

  test('prints configs as JSON', async () => {
    const { stdout } = await runCli('machines', 'supervisor', '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ id: 'supervisor', initial: 'booting' })
    const all = JSON.parse((await runCli('machines', '--format', 'json')).stdout)
    expect(Object.keys(all)).toEqual(['supervisor', 'download', 'activation'])
  })
})

describe('a store that is not there is not made', () => {
  test.each([['list'], ['verify'], ['cat', 'a'], ['remove', 'a'], ['rollback', 'a'], ['gc'], ['evict', '1']])(
    'by %s',
    async (...args) => {
      const store = join(root, 'typo')
      const { status, stderr } = await runCli(...args, '--store', store)
      expect([status, stderr]).toEqual([1, `plugdock: There is no plugin store at ${store}\n`])
      expect(await readdir(root)).toEqual([])
    },
  )
})
