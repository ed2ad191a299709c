import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { createModelRun } from '../../../src/testing/index.js'

/** A lamp that breaks when it is switched on for the third time. */
const lamp = setup({
  types: { context: {} as { readonly used: number }, events: {} as { type: 'switch' } | { type: 'look' } },
  guards: { isWorn: ({ context }) => context.used === 2 },
  actions: { use: assign({ used: ({ context }) => context.used + 1 }) },
}).createMachine({
  id: 'lamp',
  context: { used: 0 },
  initial: 'off',
  states: {
    off: {
      on: {
        look: {},
        switch: [
          { guard: 'isWorn', target: 'broken' },
          { target: 'on', actions: 'use' },
        ],
      },
    },
    on: { on: { switch: 'off' } },
    broken: {},
  },
})

class Lamp {
  isOn = false
  used = 0
  readonly lasts: number

  constructor(lasts = 2) {
    this.lasts = lasts
  }

  switch(): void {
    this.isOn = !this.isOn && this.used < this.lasts
    if (this.isOn) this.used++
  }
}

const executors = {
  open: () => new Lamp(),
  events: { switch: (it: Lamp) => it.switch(), look: () => {} },
  states: {
    off: (it: Lamp) => expect(it.isOn).toBe(false),
    on: (it: Lamp, { used }: { used: number }) => expect([it.isOn, it.used]).toEqual([true, used]),
    broken: (it: Lamp) => expect(it.isOn).toBe(false),
  },
}

describe('a model and what it is about', () => {
  it('every path is walked -> nothing is missed; before -> everything is', async () => {
    const run = createModelRun(lamp, executors)
    expect(run.missed).toEqual(run.transitions)
    expect(run.transitions).toEqual([
      'off | look -> off',
      'off | switch -> on (used 1)',
      'on (used 1) | switch -> off (used 1)',
      'off (used 1) | look -> off (used 1)',
      'off (used 1) | switch -> on (used 2)',
      'on (used 2) | switch -> off (used 2)',
      'off (used 2) | look -> off (used 2)',
      'off (used 2) | switch -> broken (used 2)',
    ])
    for (const path of run.paths) await path.run()
    expect(run.missed).toEqual([])
  })

  it('what changes nothing -> is tried in passing, on no path of its own', () => {
    expect(createModelRun(lamp, executors).paths.map(({ description }) => description)).toEqual([
      'switch, switch, switch, switch, switch -> broken (used 2)',
      'switch, switch, switch, switch, look -> off (used 2)',
      'switch, switch, look -> off (used 1)',
      'look -> off',
    ])
  })

  it('one path is not walked -> its transitions are missed', async () => {
    const run = createModelRun(lamp, executors)
    for (const path of run.paths.slice(1)) await path.run()
    expect(run.missed).toEqual(['off (used 2) | switch -> broken (used 2)'])
  })

  it('the lamp lasts for one time too few -> a path fails and says every step, and counts as not walked', async () => {
    const run = createModelRun(lamp, { ...executors, open: () => new Lamp(1) })
    const failure = await run.paths[0]?.run().catch((error: Error) => error)
    expect(failure?.message.split('\n')).toEqual([
      'lamp, step 3 of 5: expected [ false, 1 ] to deeply equal [ true, 2 ]',
      '  done    at first -> off',
      '  done    switch -> on (used 1)',
      '  done    switch -> off (used 1)',
      '  FAILED  switch -> on (used 2)',
      '  not yet switch -> off (used 2)',
      '  not yet switch -> broken (used 2)',
    ])
    expect(run.missed).toEqual(run.transitions)
  })

  it('only some events -> only their paths and transitions', async () => {
    const run = createModelRun(lamp, executors, { only: ['look'] })
    expect(run.paths.map(({ description }) => description)).toEqual(['look -> off'])
    expect(run.transitions).toEqual(['off | look -> off'])
  })

  it('an event without an executor, or with one of nothing -> refused', () => {
    const { switch: _, ...others } = executors.events
    // @ts-expect-error a forgotten executor is seen by the compiler
    expect(() => createModelRun(lamp, { ...executors, events: others })).toThrow(
      'lamp: no executor for the event switch',
    )
    const events = { ...executors.events, burn: () => {} }
    expect(() => createModelRun(lamp, { ...executors, events })).toThrow(
      'lamp: no place in the model for the event burn',
    )
    // @ts-expect-error no such event
    expect(() => createModelRun(lamp, { ...executors, events }, { only: ['burn'] })).toThrow('event burn')
  })

  it('a state without an executor, or with one of nothing -> refused; one for all will do', async () => {
    const { on: _, ...others } = executors.states
    // @ts-expect-error a forgotten executor is seen by the compiler
    expect(() => createModelRun(lamp, { ...executors, states: others })).toThrow('lamp: no executor for the state on')
    const states = { ...executors.states, dim: () => {} }
    expect(() => createModelRun(lamp, { ...executors, states })).toThrow(
      'lamp: no place in the model for the state dim',
    )
    const seen = new Set<string>()
    const run = createModelRun(lamp, {
      ...executors,
      states: { '*': (_lamp, _context, state) => void seen.add(state) },
    })
    for (const path of run.paths) await path.run()
    expect([...seen].sort()).toEqual(['broken', 'off', 'on'])
  })

  it('a model with states in states -> refused, not walked in part', () => {
    const nested = setup({ types: { events: {} as { type: 'switch' } } }).createMachine({
      id: 'nested',
      initial: 'off',
      states: { off: { on: { switch: 'on' } }, on: { initial: 'dim', states: { dim: {}, bright: {} } } },
    })
    const bound = { open: () => {}, events: { switch: () => {} }, states: { '*': () => {} } }
    expect(() => createModelRun(nested, bound)).toThrow('nested: a model has no states within the state on')
  })

  it('a path fails -> its system is closed all the same', async () => {
    let closed = 0
    const close = (): void => void closed++
    const run = createModelRun(lamp, { ...executors, close, open: () => new Lamp(0) })
    await expect(run.paths[0]?.run()).rejects.toThrow('step 1 of 5')
    expect(closed).toBe(1)
  })
})
