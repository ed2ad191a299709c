import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { CORRUPTIONS } from './servers/corruptions.js'
import { directoryOf, Installing } from './servers/installing.js'
import { nginxForEachTest } from './servers/nginxSites.js'
import type { Site } from './servers/site.js'

const MIB = 1024 * 1024
/** More than fits into the sockets' buffers: what is still to be read when the file changes is read from the new one. */
const SIZE = 24 * MIB + 12_345
const HELD_AT = 5 * MIB
/** Written by the time that the gate is shut. */
const WRITTEN = 2 * MIB
const ROTTEN_AT = 100_000

const currentSite = nginxForEachTest(SIZE)
let site: Site

beforeEach(() => {
  site = currentSite()
})

describe.each(['chunks', 'no chunks'] as const)('no wrong file passes for a right one: %s', (knowledge) => {
  async function installHalfWay(): Promise<Installing> {
    const held = site.gate.holdAfter(HELD_AT)
    const installing = await Installing.start(site, knowledge)
    onTestFinished(() => installing.close())
    await held
    await installing.untilDownloaded(WRITTEN)
    return installing
  }

  test.each(CORRUPTIONS)('$name -> typed error, nothing installed', async ({ strike }) => {
    const installing = await installHalfWay()
    await strike(site)
    expect(await installing.outcome()).toBe('failed: integrity')
    expect(await installing.dock.storage.getInstalledPlugins()).toEqual([])
  })

  test('bit rot in what an earlier dock left -> found, fetched again, right bytes', async () => {
    await (await installHalfWay()).close()
    expect(await flipByte(directoryOf(site), ROTTEN_AT)).toBe(site.bytes[ROTTEN_AT])
    site.gate.release()
    const installing = await Installing.goOn(site)
    onTestFinished(() => installing.close())
    expect(await installing.outcome()).toBe('installed the right bytes')
  })
})

/** Of the only partial; returns what it was. */
async function flipByte(directory: string, offset: number): Promise<number | undefined> {
  const folder = join(directory, 'partials')
  const [name = 'nothing is there'] = await readdir(folder)
  const file = await open(join(folder, name), 'r+')
  try {
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, offset)
    await file.write(Buffer.from([~byte.readUInt8() & 0xff]), 0, 1, offset)
    return byte[0]
  } finally {
    await file.close()
  }
}
