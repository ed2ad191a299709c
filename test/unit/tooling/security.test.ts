import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const OWN_NAME = 'security.test.ts'

const table = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| attacker'))
const sources = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.test\.tsx?$/.test(path) && !path.endsWith(OWN_NAME))
  .map((path) => readFileSync(join(ROOT, 'test', path), 'utf8'))

const named = table.map((row) => {
  const cells = row.split(' | ')
  const tests = [...(cells.at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, title = '']) => title)
  return [cells[1] ?? row, tests] as const
})

it('the table of threats -> has rows', () => {
  expect(named.length).toBeGreaterThan(10)
})

it.each(named)('the threat "%s" -> names tests, and they are there', (_, tests) => {
  expect(tests.length).toBeGreaterThan(0)
  const quoted = (title: string): string[] =>
    ["'", '"', '`'].map((quote) => quote + title.replaceAll("'", "\\'") + quote)
  expect(tests.filter((title) => !sources.some((text) => quoted(title).some((form) => text.includes(form))))).toEqual(
    [],
  )
})
