import { afterAll, describe, expect, it } from 'vitest'
import type { UnflushedFate } from '../../../src/testing/index.js'
import { type CrashStage, createCrashStage, type Releases, releases } from './crashStage.js'
import { type Fate, type PortCall, startProcess } from './mortalProcess.js'
import { SCENARIOS, type Scenario } from './scenarios.js'
import { putStored, takeStored } from './stored.js'
import { Story } from './story.js'

/** What happens to an operation, at one call to the stores after the other. */
export interface Mishap {
  readonly title: string
  readonly fate: Fate
  readonly unflushed: UnflushedFate
  /** @default every call */
  readonly concerns?: (call: PortCall) => boolean
  /** @default all of them */
  readonly scenarios?: (scenario: Scenario) => boolean
}

const MOST_CALLS = 400
const TIMEOUT_MS = 60_000

/** Every scenario, hit at its first call, at its second, and so on until it comes through. */
export function describeEveryStep(mishap: Mishap): void {
  const counts = new Map<string, number>()
  afterAll(() => {
    const runs = [...counts.values()].reduce((sum, count) => sum + count, 0)
    const each = [...counts].map(([title, count]) => `${count} in ${title}`)
    process.stdout.write(`${mishap.title}: ${runs} times (${each.join(', ')})\n`)
  })
  describe(`${mishap.title} at every call`, () => {
    const scenarios = SCENARIOS.filter(mishap.scenarios ?? (() => true))
    it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
      '%s -> old or new, nothing is left over, and it works again',
      async (_, scenario) => {
        const count = await hitEveryCall(scenario, mishap)
        counts.set(scenario.title, count)
        expect(count).toBeGreaterThanOrEqual(mishap.concerns ? 0 : 1)
      },
      TIMEOUT_MS,
    )
  })
}

async function hitEveryCall(scenario: Scenario, mishap: Mishap): Promise<number> {
  const on = await releases()
  const options = { unflushed: mishap.unflushed, capacityBytes: scenario.capacityBytes }
  const before = await createCrashStage(options)
  await scenario.prepare(before, on)
  const stored = await takeStored(before.world)
  for (let k = 1; k < MOST_CALLS; k++) {
    const stage = await createCrashStage(options)
    await putStored(stage.world, stored)
    if (!(await hits({ scenario, mishap, on, stage }, k))) return k - 1
  }
  throw new Error(`${scenario.title} does not end`)
}

interface Run {
  readonly scenario: Scenario
  readonly mishap: Mishap
  readonly on: Releases
  readonly stage: CrashStage
}

/** Whether the operation makes so many calls that fate can hit the `k`-th; what comes of it is then checked. */
async function hits({ scenario, mishap, on, stage }: Run, k: number): Promise<boolean> {
  let concerned = 0
  let hit: string | undefined
  let isFateful = true
  const victim = startProcess(stage.world, (call) => {
    if (!isFateful || mishap.concerns?.(call) === false) return 'served'
    concerned++
    if (concerned !== k) return 'served'
    hit = call.operation
    return mishap.fate
  })
  const story = new Story(stage, scenario, on)
  try {
    const { dock, error } = await story.attempt(victim)
    isFateful = false
    stage.origin.unscript()
    if (hit === undefined && error !== undefined) throw error
    await story.assertOldOrNew()
    if (dock && !victim.isDead) await story.goOn(dock)
    await story.restart()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`${scenario.title}: ${mishap.title} at call ${k}, ${hit}: ${message}`, { cause: error })
  }
  return hit !== undefined
}
