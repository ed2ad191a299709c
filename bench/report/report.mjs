/**
 * What all benches do with their figures: a table for the terminal, JSON to compare with, bars.
 *
 *   const options = benchOptions({ mib: 256 })
 *   const report = startReport('node', options)
 *   const rounds = await inRounds({ fetch, install }, options)
 *   report.addRounds({ title: 'Verified install', rounds, over: 'fetch', ours: ['install'], goals: { P5: { row: 'install' } } })
 *   await report.finish()
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { goalOf } from '../goals.mjs'
import { barPlot, panelsOf } from './barPlot.mjs'
import { commit, load, machineOf } from './machine.mjs'
import { spread } from './spread.mjs'
import { tablesOf } from './tables.mjs'

const RESULTS = new URL('../results/', import.meta.url)

export function startReport(bench, { json, plot, keep, beside, directory: _place, ...options }) {
  const result = {
    bench,
    commit: commit(),
    date: new Date().toISOString(),
    machine: machineOf(),
    load: { before: load(), after: 0 },
    beside,
    options,
    notes: [],
    sections: [],
  }

  return {
    /** What else the figures come from: `uses({ chromium: browser.version(), origin: 'nginx/1.26' })`. */
    uses(parts) {
      Object.assign(result.machine, parts)
    },

    /** A sentence that belongs to the figures: what was left out, and why. */
    note(sentence) {
      if (!result.notes.includes(sentence)) result.notes.push(sentence)
    },

    /**
     * Samples of rounds. Ratios of `by` to the work named by `over` are taken within each round. A goal is held against
     * `row`'s figure (`ratio` unless said otherwise), or against its ratio to the best of `overBestOf`.
     */
    addRounds({ title, rounds, over, by = 'ms', ours = [], goals = {} }) {
      const first = rounds[0] ?? {}
      const rows = Object.keys(first).map((name) => ({ name, figures: figuresOf(rounds, name, { over, by }) }))
      const measuredOf = ({ row, overBestOf, figure }) =>
        overBestOf
          ? spread(rounds.map((round) => round[row][by] / Math.min(...overBestOf.map((name) => round[name][by]))))
          : rows.find(({ name }) => name === row)?.figures[figure]
      add({ title, over, plotted: over ? 'ratio' : by, ours, rows, goals: heldAgainst(goals, 'ratio', measuredOf) })
    },

    /**
     * Figures that are no rounds: `rows` has, by name, each figure as a number or as all its samples. `plotted` names
     * the one that is drawn and held against goals.
     */
    addFigures({ title, rows, plotted, ours = [], goals = {} }) {
      const named = Object.entries(rows).map(([name, figures]) => ({ name, figures: spreadEach(figures) }))
      const measuredOf = ({ row, figure }) => named.find(({ name }) => name === row)?.figures[figure]
      add({ title, plotted, ours, rows: named, goals: heldAgainst(goals, plotted, measuredOf) })
    },

    /** Prints, and writes what the options ask for. Gives what was written. */
    async finish() {
      result.load.after = load()
      console.log(tablesOf(result))
      const text = `${JSON.stringify(result, undefined, 2)}\n`
      if (json) await writeFile(json, text)
      if (plot) await writeFile(plot, barPlot({ title: titleOf(result), panels: panelsOf(result) }))
      if (keep) await keepIn(fileURLToPath(RESULTS), `${bench}.json`, text)
      return result
    },
  }

  function add(section) {
    result.sections.push(section)
  }
}

function figuresOf(rounds, name, { over, by }) {
  const figures = Object.keys(rounds[0][name]).filter((figure) => typeof rounds[0][name][figure] === 'number')
  return {
    ...(over && { ratio: spread(rounds.map((round) => round[name][by] / round[over][by])) }),
    ...Object.fromEntries(figures.map((figure) => [figure, spread(rounds.map((round) => round[name][figure]))])),
  }
}

function spreadEach(figures) {
  const known = Object.entries(figures).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known.map(([name, value]) => [name, spread(Array.isArray(value) ? value : [value])]))
}

/** `figure` stands in the result where the goal is about a figure of its row's, and so about those of other rows. */
function heldAgainst(goals, usual, measuredOf) {
  return Object.entries(goals).map(([goal, { row, overBestOf, figure = usual }]) => {
    const measured = measuredOf({ row, overBestOf, figure })
    if (!measured) throw new Error(`Nothing was measured for ${goal}: ${row}`)
    return { goal, limit: goalOf(goal).limit, row, ...(overBestOf ? { overBestOf } : { figure }), measured }
  })
}

function titleOf({ bench, date, machine }) {
  return `bench:${bench}, ${date.slice(0, 10)}, ${machine.cpus} x ${machine.cpu}, Node ${machine.node}`
}

async function keepIn(folder, name, text) {
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}${name}`, text)
}
