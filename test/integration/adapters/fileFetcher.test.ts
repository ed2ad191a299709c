import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createFileFetcher } from '../../../src/adapters/fileFetcher.js'
import { describeFetcherContract, FETCHED_BYTES, requestFor } from '../../contracts/fetcherContract.js'

describeFetcherContract('fileFetcher', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  await writeFile(join(directory, 'ä file.bin'), FETCHED_BYTES)
  return {
    fetcher: createFileFetcher(),
    url: pathToFileURL(join(directory, 'ä file.bin')).href,
    missingUrl: pathToFileURL(join(directory, 'missing')).href,
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
})

describe('fileFetcher', () => {
  it('a directory -> 404', async () => {
    expect((await createFileFetcher().open(requestFor(pathToFileURL(tmpdir()).href))).status).toBe(404)
  })

  it.each(['https://origin.test/file', 'file://elsewhere/file', 'nothing'])(
    '%s -> no address of a local file',
    async (url) => {
      await expect(createFileFetcher().open(requestFor(url))).rejects.toMatchObject({ code: 'untrusted-origin', url })
    },
  )
})
