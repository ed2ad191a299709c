/** README's section on performance and its picture, from the results that are kept. */
import { GOALS, isReached, measuredInWords } from '../goals.mjs'
import { barPlot, panelsOf } from './barPlot.mjs'
import { inWords } from './spread.mjs'

const HEAD = [
  '| | what is measured | over | measured | goal | | others |',
  '| --- | --- | --- | --- | --- | --- | --- |',
]
const RUNS_HEAD = [
  '| figures of | commit | date | machine | load | beside it |',
  '| --- | --- | --- | --- | --- | --- |',
]

/** Markdown: what each goal asks and what was measured, where the time goes if it is not reached, and where it ran. */
export function performanceSection(results) {
  const found = findings(results)
  const misses = missedGoals(results).map(
    (goal) => `- **${goal}**: ${GOALS[goal].whereTheTimeGoes ?? 'not known yet.'}`,
  )
  const notes = [...new Set(results.flatMap((result) => result.notes))].map((note) => `- ${note}`)
  return [
    [...HEAD, ...Object.keys(GOALS).map((goal) => rowOf(goal, found.get(goal)))].join('\n'),
    ...(misses.length > 0
      ? [`Where a goal is not reached, this is where the time, the bytes or the room go:`, misses.join('\n')]
      : []),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    [...RUNS_HEAD, ...results.map(runOf)].join('\n'),
  ].join('\n\n')
}

/** The goals that were measured and not reached, in their order. */
export function missedGoals(results) {
  const found = findings(results)
  return Object.keys(GOALS).filter((goal) => found.has(goal) && !isReached(goal, found.get(goal).measured))
}

/** Bars of every section that has something to compare. */
export function performancePlot(results) {
  const panels = results.flatMap(panelsOf).filter(({ bars }) => bars.length > 1)
  return barPlot({ title: 'plugdock (blue) beside others (grey): shorter is better', panels })
}

/** By goal: what was measured, and what others did in the same section. A later result takes an earlier one's place. */
function findings(results) {
  const found = new Map()
  for (const { sections } of results) {
    for (const section of sections) {
      for (const { goal, measured, figure } of section.goals)
        found.set(goal, { measured, others: othersIn(section, figure) })
    }
  }
  return found
}

/** Nobody where what is measured is over somebody else than the section's figures are. */
function othersIn({ rows, ours, over }, figure) {
  return rows
    .filter(({ name, figures }) => !ours.includes(name) && name !== over && figures[figure])
    .map(({ name, figures }) => `${name} ${inWords(onlyMedian(figures[figure]))}`)
    .join(', ')
}

function onlyMedian({ median }) {
  return { median, min: median, max: median }
}

function rowOf(goal, found) {
  const { work, over = '' } = GOALS[goal]
  const [measured, verdict, others] = found
    ? [measuredInWords(goal, found.measured), verdictOf(goal, found.measured), found.others]
    : ['', 'not measured yet', '']
  return `| ${[goal, work, over, measured, limitOf(goal), verdict, others].join(' | ')} |`
}

function limitOf(goal) {
  const { limit, firstLimit, unit = '' } = GOALS[goal]
  return `${firstLimit ? `first ${firstLimit}, then ` : ''}${limit} ${unit}`.trim()
}

function verdictOf(goal, measured) {
  if (isReached(goal, measured)) return 'reached'
  const { firstLimit, judged = 'median' } = GOALS[goal]
  return measured[judged] <= firstLimit ? '**not reached**, the first one is' : '**not reached**'
}

function runOf({ bench, commit, date, machine, load, beside }) {
  const { cpu, cpus, memoryGiB, system, node, chromium, origin } = machine
  const parts = [
    `${cpus} x ${cpu}`,
    `${memoryGiB} GiB`,
    system,
    `Node ${node}`,
    chromium && `Chromium ${chromium}`,
    origin,
  ]
  const cells = [
    `\`bench:${bench}\``,
    `\`${commit}\``,
    date.slice(0, 10),
    parts.filter(Boolean).join(', '),
    `${load.before} before, ${load.after} after`,
    beside,
  ]
  return `| ${cells.join(' | ')} |`
}
