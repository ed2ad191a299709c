import { describe, expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { toMermaid } from '../../../src/charts/toMermaid.js'

describe('a machine as Mermaid', () => {
  test('a flat chart: initial state, events, guards, final states', () => {
    const machine = createMachine({
      id: 'light',
      initial: 'red',
      states: {
        red: { on: { 'timer.rang': [{ guard: 'isNight', target: 'off' }, { target: 'green' }] } },
        green: { after: { 500: 'red', patience: { guard: { type: 'isRush', params: {} }, target: 'off' } } },
        off: { type: 'final' },
      },
    })
    expect(toMermaid(machine)).toBe(
      `
stateDiagram-v2
  [*] --> light_red
  light_red --> light_off: timer.rang [isNight]
  light_red --> light_green: timer.rang
  light_green --> light_red: after 500 ms
  light_green --> light_off: after patience [isRush]
  light_off --> [*]
  state "red" as light_red
  state "green" as light_green
  state "off" as light_off
`.trim(),
    )
  })

  test('compound states hold their own transitions; those that leave stand further out', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'work',
      states: {
        work: {
          initial: 'one',
          states: {
            one: { always: { guard: 'isReady', target: 'two' } },
            two: { on: { end: '#m.done' } },
            end: { type: 'final' },
          },
          onDone: 'done',
        },
        done: {},
      },
    })
    expect(toMermaid(machine)).toBe(
      `
stateDiagram-v2
  [*] --> m_work
  m_work --> m_done: done
  m_work_two --> m_done: end
  state "work" as m_work {
    [*] --> m_work_one
    m_work_one --> m_work_two: [isReady]
    m_work_end --> [*]
    state "one" as m_work_one
    state "two" as m_work_two
    state "end" as m_work_end
  }
  state "done" as m_done
`.trim(),
    )
  })

  test('regions of a parallel state are divided', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'both',
      states: {
        both: {
          type: 'parallel',
          states: {
            left: { initial: 'a', states: { a: { on: { flip: 'b' } }, b: {} } },
            right: { initial: 'c', states: { c: {}, past: { type: 'history' } } },
          },
        },
      },
    })
    expect(toMermaid(machine)).toBe(
      `
stateDiagram-v2
  [*] --> m_both
  state "both" as m_both {
    state "left" as m_both_left {
      [*] --> m_both_left_a
      m_both_left_a --> m_both_left_b: flip
      state "a" as m_both_left_a
      state "b" as m_both_left_b
    }
    --
    state "right" as m_both_right {
      [*] --> m_both_right_c
      state "c" as m_both_right_c
      state "history" as m_both_right_past
    }
  }
`.trim(),
    )
  })

  test('descriptions, invoked actors and transitions that stay stand in a note', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'busy',
      states: {
        busy: {
          description: 'Fetches what is missing.',
          invoke: { id: 'transfer', src: 'fetchChunks', onDone: 'idle', onError: { guard: 'isFatal', target: 'idle' } },
          on: { 'policy.changed': { actions: ['remember', { type: 'tell', params: {} }] }, 'progress.*': {} },
        },
        idle: {},
      },
    })
    expect(toMermaid(machine)).toBe(
      `
stateDiagram-v2
  [*] --> m_busy
  m_busy --> m_idle: transfer done<br/>transfer failed [isFatal]
  state "busy" as m_busy
  note right of m_busy
    Fetches what is missing.
    invokes fetchChunks as transfer
    on policy.changed: remember, tell
    ignores progress.\\*
  end note
  state "idle" as m_idle
`.trim(),
    )
  })

  test('the root has a box where something is said of it', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      on: { reset: '.a', note: { actions: 'write' } },
      states: { a: {} },
    })
    expect(toMermaid(machine)).toBe(
      `
stateDiagram-v2
  [*] --> m
  state "m" as m {
    [*] --> m_a
    m --> m_a: reset
    state "a" as m_a
  }
  note right of m
    on note: write
  end note
`.trim(),
    )
  })
})
