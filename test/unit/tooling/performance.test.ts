import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { GOALS, isReached } from '../../../bench/goals.mjs'
import { keptResults } from '../../../bench/report/kept.mjs'
import { missedGoals, performancePlot, performanceSection } from '../../../bench/report/performance.mjs'
import type { BenchResult, Spread } from '../../../bench/report/result.mjs'
import { withTable } from '../../../scripts/proof/tables.mjs'

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
}

const results = await keptResults()

/** As a bench would write it, with one goal. */
function result(goal: string, measured: Spread): BenchResult {
  const rows = [
    { name: 'fetch', figures: { ratio: { median: 1, min: 1, max: 1 } } },
    { name: 'ours', figures: { ratio: measured } },
    { name: 'theirs < & co', figures: { ratio: { median: 1.5, min: 1.25, max: 1.75 } } },
  ]
  return {
    bench: 'made',
    commit: 'abc',
    date: '2026-01-02T03:04:05.000Z',
    machine: { cpu: 'a processor', cpus: 2, memoryGiB: 8, system: 'linux x64', node: 'v20' },
    load: { before: 1, after: 2 },
    beside: 'a compiler',
    options: {},
    notes: ['somebody is left out.'],
    sections: [
      {
        title: 'An install',
        over: 'fetch',
        plotted: 'ratio',
        ours: ['ours'],
        rows,
        goals: [{ goal, limit: 1, row: 'ours', figure: 'ratio', measured }],
      },
    ],
  }
}

test('README has the section that the kept results give: npm run bench:report', () => {
  const readme = read('README.md')
  expect(readme).toBe(withTable(readme, 'performance', performanceSection(results), 'npm run bench:report'))
})

test('the picture is the one that the kept results give: npm run bench:report', () => {
  expect(read('docs/performance.svg')).toBe(performancePlot(results))
})

/** Who keeps a result that misses a goal says beside the goal where the time goes. */
test('a goal that the kept results miss -> a sentence says where the time goes', () => {
  expect(missedGoals(results).filter((goal) => GOALS[goal]?.whereTheTimeGoes === undefined)).toEqual([])
})

describe('the section on performance', () => {
  it('a goal that is missed -> said plainly, with where the time goes, the others, the machine and what ran beside it', () => {
    const section = performanceSection([result('P5', { median: 1.4, min: 1.2, max: 1.6 })])
    expect(section).toMatch(/\| P5 \|.*\| 1\.40 \(1\.20-1\.60\) \|.*\*\*not reached\*\*.*theirs < & co 1\.50 \|/)
    expect(section).toContain(`- **P5**: ${GOALS.P5?.whereTheTimeGoes}`)
    expect(section).toMatch(/2 x a processor, 8 GiB, linux x64, Node v20 \| 1 before, 2 after \| a compiler/)
    expect(section).toContain('- somebody is left out.')
  })

  it('the first of two limits -> said to be the first', () => {
    const section = performanceSection([result('P5', { median: 0.95, min: 0.9, max: 1.2 })])
    expect(section).toMatch(/\| P5 \|.*\*\*not reached\*\*, the first one is \|/)
  })

  it('all is reached -> no sentence on time, and what nobody measured is named', () => {
    const section = performanceSection([result('P5', { median: 0.7, min: 0.6, max: 0.9 })])
    expect(section).toMatch(/\| P5 \|.*\| reached \|/)
    expect(section).toMatch(/\| P1 \|.*\| not measured yet \|/)
    expect(section).not.toContain('- **P5**')
  })

  it('measured over somebody else than the figures are -> those of others are not beside it', () => {
    const made = result('P2', { median: 0.1, min: 0.1, max: 0.1 })
    const [section] = made.sections
    const goals = [
      { goal: 'P2', limit: 1, row: 'ours', overBestOf: ['x'], measured: { median: 0.1, min: 0.1, max: 0.1 } },
    ]
    const sections = section ? [{ ...section, goals }] : []
    expect(performanceSection([{ ...made, sections }])).toMatch(/\| P2 \|.*\| reached \| {2}\|/)
  })

  it('a goal that is missed by little -> does not read as reached', () => {
    const section = performanceSection([result('P7 node', { median: 100.4, min: 100.4, max: 100.4 })])
    expect(section).toMatch(/\| 100\.4 MiB \| 100 MiB \| \*\*not reached/)
  })

  it('a goal about every time -> judged by the worst', () => {
    const measured = { median: 60, min: 50, max: 101 }
    expect(isReached('P7 node', measured)).toBe(false)
    expect(isReached('P7 node', { ...measured, max: 100 })).toBe(true)
  })
})

test('a goal of another figure than the drawn one -> no line in its bars', () => {
  const made = result('P8 enqueue', { median: 1, min: 1, max: 1 })
  const [section] = made.sections
  const goalsOf = (figure: string) => section?.goals.map((goal) => ({ ...goal, figure })) ?? []
  const drawn = (figure: string) =>
    performancePlot([{ ...made, sections: section ? [{ ...section, goals: goalsOf(figure) }] : [] }])
  expect(drawn('enqueue all (s)')).not.toContain('class="goal"')
  expect(drawn('ratio').match(/class="goal"/g)).toHaveLength(1)
  expect(drawn('ratio')).toContain('>1, goal 1</text>')
})

test('bars -> a title and a description for who does not see them, in light and dark', () => {
  const svg = performancePlot([result('P5', { median: 1.4, min: 1.2, max: 1.6 })])
  expect(svg).toMatch(/<svg [^>]*role="img" aria-labelledby="title description"/)
  expect(svg).toMatch(/<title id="title">[^<]+<\/title>/)
  expect(svg).toMatch(/<desc id="description">[^<]*ours 1\.40 \(1\.20-1\.60\), goal 1, theirs &lt; &amp; co 1\.50/)
  expect(svg).toContain('prefers-color-scheme: dark')
  expect(svg.match(/class="(ours|peer)"/g)).toHaveLength(3)
  expect(svg).not.toContain('NaN')
})
