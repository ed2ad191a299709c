import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { activationMachine, downloadMachine, supervisorMachine } from '../../../machines/index.js'
import { chartSections, withSections } from '../../../src/charts/chartSections.js'
import { recoveryTables } from '../../../src/charts/recoveryTables.js'

test('machines/README.md is as the machines and tables are: npm run build && node scripts/machines-readme.mjs', () => {
  const readme = readFileSync(new URL('../../../machines/README.md', import.meta.url), 'utf8')
  const charts = chartSections({
    supervisor: supervisorMachine,
    download: downloadMachine,
    activation: activationMachine,
  })
  expect(readme).toBe(withSections(readme, { charts, recovery: recoveryTables() }))
})

test('a document without markers is refused', () => {
  expect(() => withSections('# Charts', { charts: '' })).toThrow(/charts/)
})
