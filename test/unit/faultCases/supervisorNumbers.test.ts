import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const TESTS = join(import.meta.dirname, '../..')
const FOLDERS = ['unit/faultCases', 'integration/faultCases', 'integration/adapters']
const CASE_COUNT = 18
/** A test's name: its case, the situation, the outcome. */
const TEST_NAME = /['`]V(\d+) [^\n]+ -> /g

async function casesIn(folder: string): Promise<number[]> {
  const files = (await readdir(join(TESTS, folder))).filter((name) => name.endsWith('.test.ts'))
  const texts = await Promise.all(files.map((name) => readFile(join(TESTS, folder, name), 'utf8')))
  return texts.flatMap((text) => [...text.matchAll(TEST_NAME)].map(([, number]) => Number(number)))
}

it('the supervisor cases V1 to V18 -> each has a test of its name, and no test has another', async () => {
  const found = new Set((await Promise.all(FOLDERS.map(casesIn))).flat())
  const all = Array.from({ length: CASE_COUNT }, (_, index) => index + 1)
  expect({
    missing: all.filter((number) => !found.has(number)),
    unknown: [...found].filter((number) => !all.includes(number)),
  }).toEqual({ missing: [], unknown: [] })
})
