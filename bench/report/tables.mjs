import { GOALS, isReached, measuredInWords } from '../goals.mjs'
import { inWords } from './spread.mjs'

/** A result for the terminal: the machine, each section as a table, and each goal with what was measured. */
export function tablesOf({ bench, commit, date, machine, load, beside, notes, sections }) {
  const { cpu, cpus, node, chromium, origin } = machine
  const parts = [`${cpus} x ${cpu}`, `Node ${node}`, chromium && `Chromium ${chromium}`, origin && `from ${origin}`]
  return [
    `bench:${bench} ${commit} ${date}`,
    `${parts.filter(Boolean).join(', ')}, load ${load.before} before and ${load.after} after`,
    ...(beside ? [`beside it ran ${beside}`] : []),
    ...sections.flatMap((section) => ['', ...tableOf(section)]),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}

function tableOf({ title, over, ours, rows, goals }) {
  const names = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))]
  const head = ['', ...names.map((name) => (name === 'ratio' ? `/ ${over}` : name))]
  const cells = rows.map(({ name, figures }) => [
    `${ours.includes(name) ? '* ' : '  '}${name}`,
    ...names.map((figure) => (figures[figure] ? inWords(figures[figure]) : '')),
  ])
  return [title, ...aligned([head, ...cells]), ...goals.map(goalInWords)]
}

function goalInWords({ goal, row, measured }) {
  const { unit, limit } = GOALS[goal]
  const verdict = isReached(goal, measured) ? 'reached' : 'NOT reached'
  return `${goal}, ${row}: ${measuredInWords(goal, measured)}, goal ${limit}${unit ? ` ${unit}` : ''}: ${verdict}`
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  '),
  )
}
