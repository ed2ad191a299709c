import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faults } from '../../../scripts/mutation/faults.mjs'
import { planted } from '../../../scripts/mutation/plantedTree.mjs'

const ROOT = join(import.meta.dirname, '../../..')

it('the faults of the mutation check -> each has its place in today’s code, once, and tests that are there', async () => {
  for (const fault of faults) {
    const text = await readFile(join(ROOT, fault.file), 'utf8')
    expect(planted(text, fault)).not.toBe(text)
    for (const test of fault.tests) expect((await stat(join(ROOT, test))).isFile()).toBe(true)
  }
})

it('what is kept of the last check -> speaks of these faults, and nine of ten were found', async () => {
  const results: { file: string; name: string; verdict: string }[] = JSON.parse(
    await readFile(join(ROOT, 'scripts/mutation/results.json'), 'utf8'),
  )
  const nameOf = ({ file, name }: { file: string; name: string }): string => `${file}: ${name}`
  expect(results.map(nameOf)).toEqual(faults.map(nameOf))
  const found = results.filter(({ verdict }) => verdict === 'killed' || verdict === 'timed out')
  expect(found.length).toBeGreaterThanOrEqual(0.9 * faults.length)
})

it('two faults -> never of one name in one file', () => {
  const names = faults.map(({ file, name }) => `${file}: ${name}`)
  expect(new Set(names).size).toBe(names.length)
})

it('what a fault replaces is there twice, or no more -> it says so', () => {
  const fault = { file: 'a.ts', find: 'one', replace: 'two' }
  expect(planted('one', fault)).toBe('two')
  expect(() => planted('one one', fault)).toThrow('a.ts has 2 places')
  expect(() => planted('none'.slice(1, 3), fault)).toThrow('a.ts has 0 places')
})
