import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createNodeModuleLoader } from '../../../src/adapters/nodeModuleLoader.js'
import { describeModuleLoaderContract } from '../../contracts/moduleLoaderContract.js'

describeModuleLoaderContract('nodeModuleLoader', () => createNodeModuleLoader())

describe('nodeModuleLoader', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('nothing published -> no folder; published -> one for this user only; closed -> none', async () => {
    const scope = await createNodeModuleLoader({ directory }).createScope()
    expect(await readdir(directory)).toEqual([])
    await Promise.all([scope.publish('a.js', ''), scope.publish('b.js', '')])
    const [folder = '', ...others] = await readdir(directory)
    expect(others).toEqual([])
    expect((await stat(join(directory, folder))).mode & 0o077).toBe(0)
    await scope.close()
    expect(await readdir(directory)).toEqual([])
  })

  it.each(['../x.js', '/x.js', 'a/../../x.js', 'a\\x.js', ''])(
    'the path %j -> refused, and nothing is written',
    async (path) => {
      const scope = await createNodeModuleLoader({ directory }).createScope()
      await expect(scope.publish(path, '')).rejects.toMatchObject({ code: 'archive', path })
      expect(await readdir(directory)).toEqual([])
    },
  )

  it('no place for the folder -> a storage error that names it', async () => {
    const scope = await createNodeModuleLoader({ directory: join(directory, 'missing') }).createScope()
    await expect(scope.publish('a.js', '')).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('missing'),
    })
    await scope.close()
  })
})
