import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const TESTS = join(import.meta.dirname, '../../..')
/** In the memory host, over real files, and in Chromium. */
const PLACES = [
  { folder: join(TESTS, 'unit/faultCases'), pattern: /^storage.*\.test\.ts$/ },
  { folder: import.meta.dirname, pattern: /\.test\.ts$/ },
  { folder: join(TESTS, 'browser/faultCases/storage'), pattern: /\.test\.ts$/ },
]
const CASE_COUNT = 32
/** A test's name: its case, the situation, the outcome. */
const TEST_NAME = /['`]S(\d+) [^\n]+ -> /g

async function casesIn({ folder, pattern }: (typeof PLACES)[number]): Promise<number[]> {
  const files = (await readdir(folder)).filter((name) => pattern.test(name))
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => [...text.matchAll(TEST_NAME)].map(([, number]) => Number(number)))
}

it('the storage cases S1 to S32 -> each has a test of its name, and no test has another', async () => {
  const found = new Set((await Promise.all(PLACES.map(casesIn))).flat())
  const all = Array.from({ length: CASE_COUNT }, (_, index) => index + 1)
  expect({
    missing: all.filter((number) => !found.has(number)),
    unknown: [...found].filter((number) => !all.includes(number)),
  }).toEqual({ missing: [], unknown: [] })
})
