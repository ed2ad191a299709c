import { parseArgs } from 'node:util'

/** What every bench understands, each with the value that it has unless told otherwise. */
const COMMON = {
  /** Counted rounds; one more goes before to warm up. */
  rounds: 5,
  /** A file for the figures. */
  json: '',
  /** A file for the bars. */
  plot: '',
  /** Keeps the figures in `bench/results`, from where README's section is written. */
  keep: false,
  /** What else ran on the machine: a person has to say. */
  beside: '',
}

/** The options of the command line: a bench's own and those of all. Each has its default's type. */
export function benchOptions(own = {}, args = process.argv.slice(2)) {
  const defaults = { ...COMMON, ...own }
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      { type: typeof value === 'boolean' ? 'boolean' : 'string' },
    ]),
  )
  const { values } = parseArgs({ args, options })
  const read = ([name, value]) => [
    name,
    typeof value === 'number' ? numberOf(name, values[name], value) : (values[name] ?? value),
  ]
  return Object.fromEntries(Object.entries(defaults).map(read))
}

function numberOf(name, text, otherwise) {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isFinite(value)) throw new Error(`--${name} is no number: ${text}`)
  return value
}
