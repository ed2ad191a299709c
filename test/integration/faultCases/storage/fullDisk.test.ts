import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PluginDock } from '../../../../src/dock/types.js'
import type { DownloadState } from '../../../../src/domain/progress.js'
import { canMount } from '../../canMount.js'
import { type DiskStage, install, isActive, openDiskStage } from './diskStage.js'

const MIB = 1024 * 1024

/** A disk of its own. */
async function mountDisk(sizeMib: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'none', directory])
  onTestFinished(async () => {
    execFileSync('umount', ['-l', directory])
    await rm(directory, { recursive: true, force: true })
  })
  return directory
}

/** Writes until the disk takes no more, or so many bytes. */
async function fill(path: string, sizeBytes = Number.POSITIVE_INFINITY): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let done = 0; done < sizeBytes; done += 4096) await file.write(new Uint8Array(4096))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    await file.close()
  }
}

function untilState(dock: PluginDock, taskId: string, state: DownloadState): Promise<void> {
  return new Promise((resolve) => {
    dock.downloads.watchProgress(taskId).subscribe((progress) => progress.state === state && resolve())
  })
}

async function publishOf(stage: DiskStage, id: string, sizeMib: number, version = '1.0.0') {
  return stage.publish({ id, version, size: sizeMib * MIB, chunkLengths: 64 * 1024 })
}

describe.skipIf(!canMount())('a disk that is full', () => {
  it('S1 it fills up in the middle of an update -> awaitingSpace, the old version runs; room is made, no byte comes twice', async () => {
    const directory = await mountDisk(8)
    const stage = await openDiskStage({ directory })
    const old = await publishOf(stage, 'acme.charts', 1)
    const dock = await stage.open()
    await install(dock, old)
    await dock.storage.pin('acme.charts')
    const next = await publishOf(stage, 'acme.charts', 4, '2.0.0')
    let written = 0
    stage.files.refuse = ({ operation }) => {
      if (operation !== 'write' || ++written !== 3) return undefined
      execFileSync('sh', ['-c', `dd if=/dev/zero of=${join(directory, 'filler')} bs=4096 2>/dev/null || true`])
      return undefined
    }
    const task = await dock.downloads.startDownload(next.source)
    await untilState(dock, task.id, 'awaitingSpace')
    expect(task.progress.waitingFor).toMatchObject({ code: 'space', plan: { sufficient: false } })
    expect(await isActive(dock, old)).toBe(true)
    const before = stage.origin.bytesSent(next.path)
    await rm(join(directory, 'filler'))
    await dock.downloads.resumeDownload(task.id)
    await task.finished
    expect(before).toBeGreaterThan(0)
    expect(await isActive(dock, next)).toBe(true)
    expect(task.progress.bytesTransferred).toBeLessThanOrEqual(4 * MIB + 64 * 1024)
  })

  it('S3 it is full to the last byte -> a plugin can be deleted, and another one then installed', async () => {
    const directory = await mountDisk(8)
    const stage = await openDiskStage({ directory })
    const dock = await stage.open()
    await install(dock, await publishOf(stage, 'acme.charts', 3))
    await fill(join(directory, 'filler'))
    await dock.storage.deletePlugin('acme.charts')
    expect(await stage.namesIn('bundles')).toEqual([])
    const other = await publishOf(stage, 'acme.maps', 2)
    await install(dock, other)
    expect(await isActive(dock, other)).toBe(true)
  })

  it('S3 the records have no room where the download stands -> it goes on after a restart, when there is', async () => {
    const directory = await mountDisk(8)
    const stage = await openDiskStage({ directory })
    const dock = await stage.open()
    await fill(join(directory, 'filler'))
    const plugin = await publishOf(stage, 'acme.charts', 2)
    const task = await dock.downloads.startDownload(plugin.source)
    await untilState(dock, task.id, 'awaitingSpace')
    await dock.close()
    await rm(join(directory, 'filler'))
    const again = await stage.open()
    await again.downloads.getTask(task.id)?.finished
    expect(await isActive(again, plugin)).toBe(true)
  })

  it('S2 there is no room at the seal -> awaitingSpace, and every byte is kept', async () => {
    const directory = await mountDisk(8)
    const stage = await openDiskStage({ directory })
    const dock = await stage.open()
    const plugin = await publishOf(stage, 'acme.charts', 2)
    let isFull = true
    stage.files.refuse = ({ operation }) =>
      operation === 'datasync' && isFull ? Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }) : undefined
    const task = await dock.downloads.startDownload(plugin.source)
    await untilState(dock, task.id, 'awaitingSpace')
    isFull = false
    await dock.close()
    const again = await stage.open()
    await again.downloads.getTask(task.id)?.finished
    expect(await isActive(again, plugin)).toBe(true)
    expect(stage.origin.bytesSent(plugin.path)).toBe(2 * MIB)
  })
})
