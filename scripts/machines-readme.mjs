/** Draws the charts of `machines/README.md` anew. Runs on the built package. */
import { readFile, writeFile } from 'node:fs/promises'
import { downloadMachine, supervisorMachine } from '../dist/machines/index.js'
import { withCharts } from '../dist/src/charts/chartSections.js'

const readme = new URL('../machines/README.md', import.meta.url)
const charts = { supervisor: supervisorMachine, download: downloadMachine }
await writeFile(readme, withCharts(await readFile(readme, 'utf8'), charts))
