/** Writes README's section on performance and `docs/performance.svg` from `bench/results`: `npm run bench:report`. */
import { readFile, writeFile } from 'node:fs/promises'
import { withTable } from '../scripts/proof/tables.mjs'
import { keptResults } from './report/kept.mjs'
import { performancePlot, performanceSection } from './report/performance.mjs'

const README = new URL('../README.md', import.meta.url)
const results = await keptResults()
const section = performanceSection(results)
await writeFile(README, withTable(await readFile(README, 'utf8'), 'performance', section, 'npm run bench:report'))
await writeFile(new URL('../docs/performance.svg', import.meta.url), performancePlot(results))
