import { expect, it } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { StorageError } from '../../../src/domain/errors/index.js'
import { seededRandom } from '../../../src/testing/seededRandom.js'
import { createStage } from './stage.js'
import { createTabStage, type Tab, type TabStage } from './tabs/tabStage.js'

const STEPS = 50
const MAX_TURNS = 12
const SHARE_BROKEN = 0.5
const SHARE_ODD = 0.2

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve()
}

/** Chance that is the same for the same seed, and a disk that refuses commits, sooner or later, while it is broken. */
function chanceOf(seed: number) {
  const random = seededRandom(seed)
  const below = (count: number) => Math.floor(random() * count)
  const pick = <T>(things: readonly T[]): T | undefined => things[below(things.length)]
  const disk = { isBroken: false }
  const faults = async ({ operation }: { operation: string }): Promise<void> => {
    if (operation !== 'commit') return
    const fails = disk.isBroken && random() < SHARE_BROKEN
    await turns(below(MAX_TURNS))
    if (fails) throw new StorageError('The disk is broken')
  }
  return { random, below, pick, disk, faults }
}

/** Whatever may be wanted of downloads; those that wait for an answer, by number. */
class Wishes {
  readonly unanswered = new Map<number, string>()
  readonly #urls: readonly string[]
  readonly #pick: ReturnType<typeof chanceOf>['pick']
  #next = 1

  constructor(urls: readonly string[], pick: ReturnType<typeof chanceOf>['pick']) {
    this.#urls = urls
    this.#pick = pick
  }

  make({ downloads }: PluginDock): void {
    const taskId = this.#pick(downloads.getTasks())?.id ?? 'none'
    const wishes: Record<string, () => Promise<unknown>> = {
      start: () => downloads.startDownload(this.#pick(this.#urls) ?? ''),
      startAgain: () => downloads.startDownload(this.#urls[0] ?? ''),
      pause: () => downloads.pauseDownload(taskId),
      resume: () => downloads.resumeDownload(taskId),
      retry: () => downloads.retryDownload(taskId),
      cancel: () => downloads.cancelDownload(taskId),
      dismiss: () => downloads.dismissDownload(taskId),
      dismissSettled: () => downloads.dismissSettled(),
    }
    const [name, wish] = this.#pick(Object.entries(wishes)) ?? []
    const number = this.#next++
    this.unanswered.set(number, name ?? '')
    const answered = () => this.unanswered.delete(number)
    wish?.().then(answered, answered)
  }
}

function publishThree(stage: { publish(build: { id: string }): Promise<{ url: string }> }): Promise<string[]> {
  return Promise.all(['one', 'two', 'three'].map(async (name) => (await stage.publish({ id: `acme.${name}` })).url))
}

const SEEDS = Array.from({ length: 40 }, (_, at) => at + 1)

it('commits fail at any moment of whatever is wanted -> nobody waits for ever', async () => {
  for (const seed of SEEDS) {
    const { below, pick, disk, faults } = chanceOf(seed)
    const stage = createStage({ faults })
    const dock = await stage.open()
    const wishes = new Wishes(await publishThree(stage), pick)
    disk.isBroken = true
    for (let step = 0; step < STEPS; step++) {
      wishes.make(dock)
      await (below(8) === 0 ? stage.clock.settle() : turns(below(20)))
    }
    disk.isBroken = false
    await stage.clock.advance(120_000)
    expect([...wishes.unanswered.values()], `seed ${seed}`).toEqual([])
    await dock.close()
  }
})

/** Pages that come, and leaders that close. */
async function changePages(stage: TabStage, tabs: Tab[], number: number): Promise<void> {
  const leader = tabs.length > 1 && tabs.find(({ leads }) => leads)
  if (number === 0 && leader) void tabs.splice(tabs.indexOf(leader), 1)[0]?.dock.close()
  if (number === 1) tabs.push(await stage.openTab())
  if (number < 6) await stage.clock.advance(number * 200)
  else await turns(number)
}

it('and leaders close, pages come, and messages get lost, come twice or late -> the same', async () => {
  for (const seed of SEEDS.slice(0, 10)) {
    const { random, below, pick, disk, faults } = chanceOf(seed)
    const stage = createTabStage({ faults })
    const tabs = [await stage.openTab(), await stage.openTab(), await stage.openTab()]
    const wishes = new Wishes(await publishThree(stage), pick)
    disk.isBroken = true
    stage.fateOf = () => (random() < SHARE_ODD ? (pick(['lost', 'twice', 'late'] as const) ?? 'heard') : 'heard')
    for (let step = 0; step < STEPS; step++) {
      wishes.make((pick(tabs) ?? (await stage.openTab())).dock)
      await changePages(stage, tabs, below(20))
    }
    disk.isBroken = false
    stage.fateOf = () => 'heard'
    for (let times = 0; times < 30; times++) await stage.clock.advance(5000)
    expect([...wishes.unanswered.values()], `seed ${seed}`).toEqual([])
    await Promise.all([...tabs.map(({ dock }) => dock.close()), stage.clock.advance(60_000)])
  }
})
