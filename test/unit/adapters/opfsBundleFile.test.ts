import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { OpfsBundleFile } from '../../../src/adapters/opfsBundleFile.js'
import type { OpfsFile } from '../../../src/adapters/opfsFiles.js'
import { SEAL_RETRY_DELAYS_MS } from '../../../src/adapters/opfsMoves.js'

/** What a page that seals another version waits between its last tries. */
const LONGEST_PAUSE_MS = Math.max(...SEAL_RETRY_DELAYS_MS)
const SIZE = 1000

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal(
    'FileSystemSyncAccessHandle',
    class {
      get mode() {
        return 'read-only'
      }
    },
  )
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

class FakeFile {
  handles = 0

  async createSyncAccessHandle() {
    this.handles++
    return {
      read: (target: Uint8Array) => target.fill(7).length,
      close: () => {
        this.handles--
      },
    }
  }

  async getFile() {
    return new Blob([new Uint8Array(SIZE).fill(7)])
  }
}

/** Reads for 12 seconds, with a pause after each; returns the longest time without a handle. */
async function longestRestMs(file: FakeFile, pauseMs: number): Promise<number> {
  const bundle = new OpfsBundleFile(file as unknown as OpfsFile, SIZE, globalThis, async () => {}) // reason: a fake
  const reader = bundle.openReader((call) => call)
  let longestMs = 0
  let restMs = 0
  for (let at = 0; at < 12_000; at++) {
    if (at % pauseMs === 0) void reader.read(0, SIZE).then((bytes) => expect(new Set(bytes)).toEqual(new Set([7])))
    await vi.advanceTimersByTimeAsync(1)
    restMs = file.handles === 0 ? restMs + 1 : 0
    longestMs = Math.max(longestMs, restMs)
  }
  await reader.close()
  return longestMs
}

test.each([1, 40, 60, 90, 110, 140])(
  'read each %i ms -> others have a turn longer than their pauses',
  async (pauseMs) => {
    const file = new FakeFile()
    expect(await longestRestMs(file, pauseMs)).toBeGreaterThan(LONGEST_PAUSE_MS)
    expect(file.handles).toBe(0)
  },
)
