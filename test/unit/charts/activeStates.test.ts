import { describe, expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { downloadMachine, supervisorMachine } from '../../../machines/index.js'
import { activeStates } from '../../../src/charts/activeStates.js'
import { type ChartState, readChart } from '../../../src/charts/readChart.js'
import { toMermaid, toMermaidOutline } from '../../../src/charts/toMermaid.js'

function idsIn({ id, children }: ChartState): readonly string[] {
  return [id, ...children.flatMap(idsIn)]
}

describe('the states that a machine is in', () => {
  test('one in another -> the outermost first, by the ids of the drawing', () => {
    const active = activeStates(downloadMachine, { working: { resolving: 'reading' } })
    expect(active).toEqual([
      'download',
      'download_working',
      'download_working_resolving',
      'download_working_resolving_reading',
    ])
    expect(idsIn(readChart(downloadMachine))).toEqual(expect.arrayContaining([...active]))
  })

  test('side by side -> both', () => {
    expect(activeStates(supervisorMachine, { running: { leadership: 'leader', activity: 'busy' } })).toEqual([
      'supervisor',
      'supervisor_running',
      'supervisor_running_leadership',
      'supervisor_running_leadership_leader',
      'supervisor_running_activity',
      'supervisor_running_activity_busy',
    ])
  })

  test('a value of another version of the machine -> what this one has of it', () => {
    expect(activeStates(downloadMachine, { working: 'dreaming' })).toEqual(['download', 'download_working'])
  })
})

test('without notes -> the same states and ways, and nothing else', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { description: 'Waits.', on: { go: 'b' } }, b: {} },
  })
  expect(toMermaidOutline(machine)).toBe(
    `
stateDiagram-v2
  [*] --> m_a
  m_a --> m_b: go
  state "a" as m_a
  state "b" as m_b
`.trim(),
  )
  expect(toMermaid(machine)).toContain('Waits.')
})
