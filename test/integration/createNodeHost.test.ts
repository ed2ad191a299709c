import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createNodeHost } from '../../src/hosts/node/createNodeHost.js'

describe('createNodeHost', () => {
  let root: string
  let directory: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
    directory = join(root, 'deep', 'store')
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  it('the directory does not exist -> it is made, for this user only', async () => {
    const stores = await createNodeHost({ directory }).open()
    expect((await stat(directory)).mode & 0o077).toBe(0)
    await stores.close()
  })

  it('open -> owner.json says who; closed -> it is gone', async () => {
    const stores = await createNodeHost({ directory }).open()
    const owner: unknown = JSON.parse(await readFile(join(directory, 'owner.json'), 'utf8'))
    expect(owner).toEqual({ pid: process.pid, host: hostname(), since: expect.any(Number) })
    await stores.close()
    await expect(stat(join(directory, 'owner.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('somebody has the directory -> locked, with who it is', async () => {
    const stores = await createNodeHost({ directory }).open()
    await expect(createNodeHost({ directory }).open()).rejects.toMatchObject({
      code: 'locked',
      directory,
      pid: process.pid,
      host: hostname(),
      message: expect.stringContaining(`process ${process.pid}`),
    })
    await stores.close()
  })

  it('owner.json is torn -> still locked, by somebody', async () => {
    const stores = await createNodeHost({ directory }).open()
    await writeFile(join(directory, 'owner.json'), '{"pid":')
    await expect(createNodeHost({ directory }).open()).rejects.toMatchObject({ code: 'locked', pid: undefined })
    await stores.close()
  })

  it('wait, and the other lets go -> opened, with what the other left', async () => {
    const first = await createNodeHost({ directory }).open()
    const epoch = await first.records.claimEpoch()
    await first.records.commit([{ key: 'a', value: 1 }], { epoch })
    const second = createNodeHost({ directory, wait: true }).open()
    await first.close()
    const { records, close } = await second
    expect(await records.get('a')).toBe(1)
    await close()
  })

  it('wait for some time only -> locked when it has passed', async () => {
    const stores = await createNodeHost({ directory }).open()
    await expect(createNodeHost({ directory, wait: 1 }).open()).rejects.toMatchObject({ code: 'locked' })
    await stores.close()
  })

  it('a file lies where the directory should be -> a storage error that says so', async () => {
    await writeFile(join(root, 'deep'), '')
    await expect(createNodeHost({ directory }).open()).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('Choose another directory'),
    })
  })

  it('a file: URL -> refused, unless local files were allowed', async () => {
    const path = join(root, 'file.bin')
    await writeFile(path, 'bytes')
    const request = {
      url: pathToFileURL(path).href,
      signal: new AbortController().signal,
      timeouts: { headersMs: 1000 },
    }
    await expect(createNodeHost({ directory }).fetcher.open(request)).rejects.toMatchObject({
      code: 'untrusted-origin',
    })
    const answer = await createNodeHost({ directory, localFiles: true }).fetcher.open(request)
    expect(answer.status).toBe(200)
    await answer.body.cancel()
  })

  it('a server compresses a bundle although it was asked not to -> the bundle all the same', async () => {
    const server = createServer((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync('bundle'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
    const signal = new AbortController().signal
    const { fetcher, open } = createNodeHost({ directory })
    const { close } = await open()
    const { body } = await fetcher.open({ url, range: { offset: 0 }, signal, timeouts: { headersMs: 1000 } })
    const read = new Uint8Array(100)
    expect(new TextDecoder().decode(read.subarray(0, await body.readInto(read)))).toBe('bundle')
    await body.cancel()
    await close()
    await new Promise((resolve) => server.close(resolve))
  })
})
