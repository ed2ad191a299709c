/** Where faults are planted, in the order in which they are shown. */
const PLACES = ['machines', 'src/engine', 'src/actors', 'src/domain', 'src/plugins', 'src/adapters']
const HEAD = [
  '| planted in | faults | made a test fail | made one hang | survived |',
  '| --- | --- | --- | --- | --- |',
]

/** Markdown: a row for each folder, one for all, and what survived, each with why. */
export function mutationTable(results) {
  const rows = PLACES.map((place) =>
    rowOf(
      `\`${place}\``,
      results.filter(({ file }) => file.startsWith(`${place}/`)),
    ),
  )
  const survivors = results.filter(({ verdict }) => verdict === 'survived').map(survivorOf)
  const table = [...HEAD, ...rows, rowOf('all', results)].join('\n')
  return survivors.length === 0 ? table : `${table}\n\nWhat survived:\n\n${survivors.join('\n')}`
}

function rowOf(name, results) {
  const count = (verdict) => results.filter((result) => result.verdict === verdict).length
  return `| ${name} | ${results.length} | ${count('killed')} | ${count('timed out')} | ${count('survived')} |`
}

function survivorOf({ file, name, survives = 'no test looks for it yet' }) {
  return `- \`${file}\`: ${name}. ${survives[0].toUpperCase()}${survives.slice(1)}.`
}
