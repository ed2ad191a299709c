import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const FOLDERS = [import.meta.dirname, join(import.meta.dirname, '../../browser/faultCases')]
const CASE_COUNT = 58
/** A test's name: its case, the situation, the outcome. */
const TEST_NAME = /['`]H(\d+) [^\n]+ -> /g

async function casesIn(folder: string): Promise<number[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.test.ts'))
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => [...text.matchAll(TEST_NAME)].map(([, number]) => Number(number)))
}

it('the http cases H1 to H58 -> each has a test of its name, and no test has another', async () => {
  const found = new Set((await Promise.all(FOLDERS.map(casesIn))).flat())
  const all = Array.from({ length: CASE_COUNT }, (_, index) => index + 1)
  expect({
    missing: all.filter((number) => !found.has(number)),
    unknown: [...found].filter((number) => !all.includes(number)),
  }).toEqual({ missing: [], unknown: [] })
})
