import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Roster, type RosterEntry, type RosterNeed } from '../../../machines/roster.js'
import type { Admission } from '../../../src/domain/admission.js'
import { circumstancesOf, FREE_NETWORK } from '../../../src/domain/network.js'
import { DEFAULT_BANDWIDTH_POLICY } from '../../../src/domain/policy.js'

const LIMITS = { maxConcurrentDownloads: 3, maxConnectionsPerOrigin: 2 }

function entry(taskId: string, part: Partial<RosterEntry> = {}): RosterEntry {
  const seq = Number(taskId.slice(1))
  return { taskId, seq, priority: 0, wants: 'transfer', blocksPlugin: true, pluginId: taskId, ...part }
}

function rosterOf(entries: readonly RosterEntry[], limits = LIMITS): Roster {
  const roster = new Roster(limits)
  for (const one of entries) roster.set(one.taskId, one)
  return roster
}

describe('admission', () => {
  it('more than fit -> the first by priority, then by arrival', () => {
    const roster = rosterOf([entry('t4'), entry('t1'), entry('t3', { priority: 1 }), entry('t2')])
    expect(roster.admit().granted).toEqual(['t3', 't1', 't2'])
    expect(roster.waitOf('t4')).toEqual({ reason: 'slot', position: 4 })
  })

  it('an origin that is full -> its tasks wait, those of another go', () => {
    const roster = rosterOf([
      entry('t1', { wants: undefined, holds: 'transfer', origin: 'a' }),
      entry('t2', { wants: undefined, holds: 'transfer', origin: 'a' }),
      entry('t3', { origin: 'a' }),
      entry('t4', { origin: 'b' }),
    ])
    expect(roster.admit().granted).toEqual(['t4'])
    expect(roster.waitOf('t3')?.reason).toBe('origin-slot')
  })

  it('the same plugin -> one at a time; whoever moves goes on, though another came before', () => {
    const first = entry('t1', { pluginId: 'p', wants: undefined, holds: 'resolve' })
    const second = entry('t2', { pluginId: 'p', wants: undefined, holds: 'transfer' })
    const roster = rosterOf([first, second])
    roster.set('t1', { ...first, wants: 'transfer', holds: undefined })
    expect(roster.admit().granted).toEqual([])
    expect(roster.waitOf('t1')?.reason).toBe('same-plugin')
    roster.set('t2', undefined)
    expect(roster.admit().granted).toEqual(['t1'])
  })

  it('reading manifests and moving bytes -> turns of their own', () => {
    const roster = rosterOf([entry('t1', { wants: 'resolve' }), entry('t2'), entry('t3'), entry('t4'), entry('t5')])
    expect(roster.admit().granted).toEqual(['t1', 't2', 't3', 't4'])
  })

  it('who checks and stores -> has given its turn back, and its connections', () => {
    const stores = { wants: undefined, holds: 'store', origin: 'a' } as const
    const others = [entry('t4', { origin: 'a' }), entry('t5', { origin: 'a' }), entry('t6', { origin: 'b' })]
    const roster = rosterOf([entry('t1', stores), entry('t2', stores), entry('t3', stores), ...others])
    expect(roster.admit().granted).toEqual(['t4', 't5', 't6'])
    expect(roster.busy).toBe(true)
  })

  it('as many as there are turns check and store, and more to come -> the network waits for the disk', () => {
    const stores = (taskId: string) => entry(taskId, { wants: undefined, holds: 'store' })
    const moving = entry('t5', { wants: undefined, holds: 'transfer' })
    const all = [stores('t1'), stores('t2'), stores('t3'), stores('t4'), moving, entry('t6'), entry('t7')]
    const roster = rosterOf(all)
    expect(roster.admit().granted).toEqual(['t6'])
    roster.set('t6', entry('t6', { wants: undefined, holds: 'store' }))
    expect(roster.admit().granted).toEqual([])
    expect(roster.waitOf('t7')).toEqual({ reason: 'slot', position: 1 })
    roster.set('t1', undefined)
    expect(roster.admit().granted).toEqual(['t7'])
  })

  it('the same plugin, and one of it is being stored -> it goes on, though another came before', () => {
    const first = entry('t1', { pluginId: 'p' })
    const roster = rosterOf([first, entry('t2', { pluginId: 'p', wants: undefined, holds: 'store' })])
    expect(roster.admit().granted).toEqual([])
    expect(roster.waitOf('t1')?.reason).toBe('same-plugin')
  })

  it('several wait for room -> each counts on what those before it have left', () => {
    const waiting = (taskId: string, needsBytes: number) => entry(taskId, { wants: 'space', needsBytes })
    const roster = rosterOf([waiting('t1', 60), waiting('t2', 60), waiting('t3', 40)])
    roster.freeBytes = 100
    expect(roster.admit().granted).toEqual(['t1', 't3'])
  })

  it('room that was measured once, and another look at who may go on -> nobody has it a second time', () => {
    const roster = rosterOf([entry('t1', { wants: 'space', needsBytes: 60 })])
    roster.freeBytes = 100
    expect(roster.admit().granted).toEqual(['t1'])
    roster.set('t1', undefined)
    roster.set('t2', entry('t2', { wants: 'space', needsBytes: 60 }))
    expect(roster.admit().granted).toEqual([])
    expect(roster.waitOf('t2')?.reason).toBe('space')
  })

  it('any history of tasks -> never more than the limits, and nobody waits while there is room for it', () => {
    const step = fc.record({
      task: fc.integer({ min: 1, max: 12 }),
      priority: fc.integer({ min: -1, max: 1 }),
      plugin: fc.integer({ min: 1, max: 6 }),
      origin: fc.integer({ min: 1, max: 3 }),
      ends: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const fleet = new SmallFleet()
        for (const one of steps) {
          fleet.step(one)
          fleet.expectLimitsKept()
        }
      }),
    )
  })
})

interface Step {
  readonly task: number
  readonly priority: number
  readonly plugin: number
  readonly origin: number
  readonly ends: boolean
}

describe('who may use the network', () => {
  const METERED = circumstancesOf(
    { ...DEFAULT_BANDWIDTH_POLICY, askAboveBytes: 0 },
    { online: true, metered: true, saveData: false },
  )
  const COUNT = 10_000

  /** Tasks that do as they are told. */
  function obedient(count: number) {
    const roster = new Roster(LIMITS)
    const known = new Map<string, RosterEntry>()
    let asked = 0
    const bytesToTransfer = () => {
      asked++
      return 1000
    }
    const put = (taskId: string, part: Partial<RosterEntry>, network: Partial<RosterNeed>) => {
      const need = { lane: 'transfer', stance: 'waits', initiator: 'user', origin: 'https://cdn.example' } as const
      const one = { ...entry(taskId), ...part, network: { ...need, bytesToTransfer, ...network } }
      known.set(taskId, one)
      roster.set(taskId, one)
    }
    const obey = ({ withheld, lifted, granted }: Admission) => {
      for (const { taskId, hold } of withheld) put(taskId, {}, { hold })
      for (const taskId of lifted) put(taskId, {}, {})
      for (const taskId of granted) put(taskId, { wants: undefined, holds: 'transfer' }, { stance: 'runs' })
    }
    for (let seq = 1; seq <= count; seq++) put(`t${seq}`, {}, {})
    return { roster, put, obey, asked: () => asked }
  }

  it('thousands wait for an OK, and one changes -> only that one is looked at', () => {
    const { roster, put, obey, asked } = obedient(COUNT)
    roster.judgeBy(METERED)
    const first = roster.admit()
    expect(first.withheld).toHaveLength(COUNT)
    expect(first.granted).toEqual([])
    obey(first)
    expect(roster.admit()).toEqual({ withheld: [], lifted: [], granted: [] })
    const before = asked()
    put('t7', {}, { allowMetered: true, hold: { code: 'consent', bytesToTransfer: 1000 } })
    expect(roster.admit()).toEqual({ withheld: [], lifted: ['t7'], granted: ['t7'] })
    expect(asked() - before).toBe(1)
  })

  it('the network turns free -> all are lifted, and those start whose turn it is', () => {
    const { roster, obey } = obedient(5)
    roster.judgeBy(METERED)
    obey(roster.admit())
    roster.judgeBy({ ...METERED, metered: false })
    const { lifted, granted } = roster.admit()
    expect(lifted).toEqual(['t1', 't2', 't3', 't4', 't5'])
    expect(granted).toEqual(['t1', 't2', 't3'])
  })

  it('the network goes while some run -> they are stopped, and nobody starts in their place', () => {
    const { roster, obey } = obedient(5)
    obey(roster.admit())
    roster.judgeBy({ ...METERED, online: false })
    const { withheld, granted } = roster.admit()
    expect(withheld.map(({ taskId }) => taskId)).toHaveLength(5)
    expect(withheld[0]?.hold).toEqual({ code: 'offline' })
    expect(granted).toEqual([])
  })
})

describe('what changes for thousands, told in parts', () => {
  const OFFLINE = circumstancesOf(DEFAULT_BANDWIDTH_POLICY, { online: false, metered: false, saveData: false })

  const need = {
    stance: 'waits',
    initiator: 'user',
    origin: 'https://cdn.example',
    bytesToTransfer: () => 1,
  } as const

  function waiting(count: number) {
    const roster = new Roster(LIMITS)
    const entries = Array.from({ length: count }, (_, at) =>
      entry(`t${at + 1}`, { network: { lane: 'transfer', ...need } }),
    )
    for (const one of entries) roster.set(one.taskId, one)
    const [running] = entries.slice(-1)
    if (!running?.network) throw new Error('There is a last one')
    roster.set(running.taskId, {
      ...running,
      wants: undefined,
      holds: 'transfer',
      network: { ...running.network, stance: 'runs' },
    })
    roster.admit()
    return { roster, running }
  }

  /** Those who are withheld wait from then on. */
  function obeyed(roster: Roster, told: Admission): Admission {
    for (const { taskId, hold } of told.withheld)
      roster.set(taskId, entry(taskId, { network: { lane: 'transfer', ...need, hold } }))
    return told
  }

  it('the network goes -> who runs is told at once, the others by and by, and nobody starts before it is judged', () => {
    const { roster, running } = waiting(50)
    roster.judgeBy(OFFLINE)
    const first = obeyed(roster, roster.admit(10))
    expect(first.withheld[0]?.taskId).toBe(running.taskId)
    expect(first.withheld.length).toBeLessThanOrEqual(21)
    const told = new Set(first.withheld.map(({ taskId }) => taskId))
    expect(first.granted).toEqual([])
    for (let parts = 0; roster.hasBacklog; parts++) {
      expect(parts).toBeLessThan(5)
      const { withheld, granted } = obeyed(roster, roster.admit(10))
      expect(granted).toEqual([])
      for (const { taskId } of withheld) told.add(taskId)
    }
    expect(told.size).toBe(50)
  })

  it('the network comes back to who was held -> the most wanted is among the first, though it came last', () => {
    const { roster } = waiting(50)
    const hold = { code: 'offline' } as const
    for (let at = 1; at <= 50; at++)
      roster.set(
        `t${at}`,
        entry(`t${at}`, { priority: at === 50 ? 5 : 0, network: { lane: 'transfer', ...need, hold } }),
      )
    roster.judgeBy(OFFLINE)
    expect(roster.admit().lifted).toEqual([])
    roster.judgeBy(FREE_NETWORK)
    const { lifted, granted } = roster.admit(10)
    expect(lifted.slice(0, 3)).toEqual(['t50', 't1', 't2'])
    expect(granted).toEqual(['t50', 't1', 't2'])
  })

  it('meanwhile a turn is free, and nothing more may be judged now -> nobody is granted it', () => {
    const { roster, running } = waiting(50)
    roster.judgeBy(OFFLINE)
    roster.set(running.taskId, undefined)
    expect(roster.admit(0)).toEqual({ withheld: [], lifted: [], granted: [] })
    expect(roster.hasBacklog).toBe(true)
  })

  it('the network is as good as before -> whose turn it is starts in the first part', () => {
    const { roster, running } = waiting(50)
    roster.judgeBy(circumstancesOf(DEFAULT_BANDWIDTH_POLICY, { online: true, metered: false, saveData: false }))
    roster.set(running.taskId, undefined)
    expect(roster.admit(2).granted).toEqual(['t1', 't2', 't3'])
  })
})

/** Tasks that come, get their turn, and end. */
class SmallFleet {
  readonly #roster = new Roster(LIMITS)
  readonly #known = new Map<string, RosterEntry>()

  step({ task, priority, plugin, origin, ends }: Step): void {
    const taskId = `t${task}`
    if (ends && this.#known.delete(taskId)) this.#roster.set(taskId, undefined)
    else if (!this.#known.has(taskId)) {
      this.#put(entry(taskId, { priority, pluginId: `p${plugin}`, origin: `o${origin}` }))
    }
    for (const id of this.#roster.admit().granted) {
      const admitted = this.#known.get(id)
      if (admitted) this.#put({ ...admitted, wants: undefined, holds: 'transfer' })
    }
  }

  expectLimitsKept(): void {
    const running = [...this.#known.values()].filter(({ holds }) => holds === 'transfer')
    expect(running.length).toBeLessThanOrEqual(LIMITS.maxConcurrentDownloads)
    for (const name of ['o1', 'o2', 'o3']) {
      expect(running.filter(({ origin }) => origin === name).length).toBeLessThanOrEqual(2)
    }
    expect(new Set(running.map(({ pluginId }) => pluginId)).size).toBe(running.length)
    expect(this.#roster.admit().granted).toEqual([])
  }

  #put(one: RosterEntry): void {
    this.#known.set(one.taskId, one)
    this.#roster.set(one.taskId, one)
  }
}
