/**
 * The figures that README shows, each kept by the command that measured them. To add some: a row here, markers in README.
 */
import { modelsTable } from './modelsTable.mjs'
import { mutationTable } from './mutationTable.mjs'

/** Under its name in README's markers: where its figures are kept, from the root, and how they are shown. */
export const TABLES = {
  models: { figures: 'scripts/proof/models.json', show: modelsTable },
  mutation: { figures: 'scripts/mutation/results.json', show: mutationTable },
}

/** The same document, with what stands between the markers of a table written anew, by the command that they name. */
export function withTable(markdown, name, content, writer = 'scripts/proof.mjs') {
  const opening = `<!-- ${name}: written by ${writer}, not by hand -->`
  const closing = `<!-- /${name} -->`
  const start = markdown.indexOf(opening)
  const end = markdown.indexOf(closing)
  if (start < 0 || end < start) throw new Error(`The document has no "${opening}" before "${closing}"`)
  return `${markdown.slice(0, start + opening.length)}\n\n${content}\n\n${markdown.slice(end)}`
}
