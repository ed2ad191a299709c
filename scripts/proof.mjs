/**
 * Writes README's tables of proofs from the figures that are kept.
 *
 *   node scripts/proof.mjs [--measure models] [arguments for vitest]
 *
 * With `--measure` all paths of all models are walked first, and what is counted is printed and kept.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { measureModels } from './proof/measureModels.mjs'
import { TABLES, withTable } from './proof/tables.mjs'

const root = new URL('../', import.meta.url)
const readme = new URL('README.md', root)
const [option, what, ...rest] = process.argv.slice(2)

if (option === '--measure' && what === 'models') {
  const figures = await measureModels(rest)
  console.table(figures)
  await writeFile(new URL(TABLES.models.figures, root), `${JSON.stringify(figures, undefined, 2)}\n`)
} else if (option !== undefined) {
  throw new Error(`There is nothing to do for ${[option, what].join(' ')}`)
}

let markdown = await readFile(readme, 'utf8')
for (const [name, { figures, show }] of Object.entries(TABLES)) {
  markdown = withTable(markdown, name, show(JSON.parse(await readFile(new URL(figures, root), 'utf8'))))
}
await writeFile(readme, markdown)
