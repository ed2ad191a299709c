import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { downloadMachine, supervisorMachine } from '../../../machines/index.js'
import { withCharts } from '../../../src/charts/chartSections.js'

test('the charts in machines/README.md are those of the machines: npm run build && node scripts/machines-readme.mjs', () => {
  const readme = readFileSync(new URL('../../../machines/README.md', import.meta.url), 'utf8')
  expect(readme).toBe(withCharts(readme, { supervisor: supervisorMachine, download: downloadMachine }))
})

test('a document without markers is refused', () => {
  expect(() => withCharts('# Charts', {})).toThrow(/charts/)
})
