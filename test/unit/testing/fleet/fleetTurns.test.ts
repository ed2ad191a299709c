import { describe, expect, it } from 'vitest'
import { Roster } from '../../../../machines/roster.js'
import { HttpStatusError, NetworkError } from '../../../../src/domain/errors/index.js'
import { toFailure } from '../../../../src/domain/failure.js'
import { DEFAULT_RETRY_POLICY } from '../../../../src/domain/retry.js'
import { FleetDownload } from '../../../../src/testing/fleet/fleetDownload.js'
import { FleetTurns } from '../../../../src/testing/fleet/fleetTurns.js'
import { seededRandom } from '../../../../src/testing/seededRandom.js'

const URL = 'https://origin.test/plugin/manifest.json'
const LIMITS = { maxConcurrentDownloads: 2, maxConnectionsPerOrigin: 3 }
const PLUGINS = 5
const ERRORS = [new NetworkError('cut', { url: URL }), new HttpStatusError('busy', { url: URL, status: 503 })]

describe('turns of a fleet, and those of one client with a roster of its own', () => {
  it('the same happens to both, fifty lives long -> the same downloads go on, in the same order', () => {
    const random = seededRandom(4)
    const turns = new FleetTurns(LIMITS)
    let granted = 0
    for (let life = 0; life < 50; life++) {
      const client = new Client(turns, random)
      for (let step = 0; step < 60; step++) granted += client.step()
    }
    expect(granted).toBeGreaterThan(1000)
  })
})

class Client {
  readonly #turns: FleetTurns
  readonly #random: () => number
  readonly #roster = new Roster(LIMITS)
  readonly #downloads: (FleetDownload | undefined)[] = new Array(PLUGINS).fill(undefined)
  readonly #numbers = new Int32Array(PLUGINS)

  constructor(turns: FleetTurns, random: () => number) {
    this.#turns = turns
    this.#random = random
  }

  /** Something happens to one; how many of all may go on then. */
  step(): number {
    const plugin = Math.floor(this.#random() * PLUGINS)
    const download = this.#downloads[plugin] ?? new FleetDownload(`plugin-${plugin}`, plugin, DEFAULT_RETRY_POLICY)
    this.#happen(download, plugin)
    this.#tell(download, plugin)
    const expected = this.#roster.admit().granted
    const granted = this.#turns.granted(this.#numbers).map((index) => {
      const goesOn = this.#downloads[index]
      goesOn?.grant()
      if (goesOn) this.#tell(goesOn, index)
      return `plugin-${index}`
    })
    expect(granted).toEqual(expected)
    return granted.length
  }

  #happen(download: FleetDownload, plugin: number): void {
    const { place } = download
    if (place === 'failed') return download.retry()
    if (place === 'retrying') return download.elapse()
    if (place !== 'reading' && place !== 'downloading') return
    if (this.#random() < 0.4) {
      const error = ERRORS[Math.floor(this.#random() * ERRORS.length)]
      const retryAfterMs = this.#random() < 0.3 ? 1000 : undefined
      download.fail({ failure: toFailure(error), gainedBytes: 0, retryAfterMs, at: 0, entropy: 0 })
    } else if (place === 'downloading') download.complete()
    else download.resolve(planOf(plugin), false)
  }

  #tell(download: FleetDownload, plugin: number): void {
    const isInstalled = download.place === 'installed'
    this.#downloads[plugin] = isInstalled ? undefined : download
    this.#numbers[plugin] = this.#turns.numberOf(download)
    this.#roster.set(`plugin-${plugin}`, download.isUnderWay ? download.rosterEntry() : undefined)
  }
}

function planOf(plugin: number) {
  const pluginId = `plugin-${plugin}`
  return {
    pluginId,
    version: '2.0.0',
    totalBytes: 1000,
    partialKey: pluginId,
    integrity: '',
    origin: 'https://origin.test',
  }
}
