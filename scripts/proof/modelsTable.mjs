const HEAD = [
  '| model | on | states | situations | transitions | walked | paths |',
  '| --- | --- | --- | --- | --- | --- | --- |',
]

/** Markdown: a row for each model and place that it was walked in. */
export function modelsTable(figures) {
  const rows = figures.map(
    ({ model, place, states, situations, transitions, walked, paths }) =>
      `| ${model} | ${place} | ${states} | ${situations} | ${transitions} | ${share(walked, transitions)} | ${paths} |`,
  )
  return [...HEAD, ...rows].join('\n')
}

/** Rounded down: only all of them are 100 %. */
function share(walked, transitions) {
  return `${Math.floor((100 * walked) / transitions)} %`
}
