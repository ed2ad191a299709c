/** Writes the charts and tables of `machines/README.md` anew. Runs on the built package. */
import { readFile, writeFile } from 'node:fs/promises'
import { activationMachine, downloadMachine, supervisorMachine } from '../dist/machines/index.js'
import { chartSections, withSections } from '../dist/src/charts/chartSections.js'
import { recoveryTables } from '../dist/src/charts/recoveryTables.js'

const readme = new URL('../machines/README.md', import.meta.url)
const charts = chartSections({
  supervisor: supervisorMachine,
  download: downloadMachine,
  activation: activationMachine,
})
await writeFile(readme, withSections(await readFile(readme, 'utf8'), { charts, recovery: recoveryTables() }))
