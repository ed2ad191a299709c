import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const CASE_COUNT = 13
/** A test's name: its case, the situation, the outcome. */
const TEST_NAME = /['"`]A(\d+) [^\n]+ -> /g

it('the archive cases A1 to A13 -> each has a test of its name, and no test has another', async () => {
  const files = (await readdir(import.meta.dirname)).filter((name) => /^archives.*\.test\.ts$/.test(name))
  const texts = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')))
  const found = new Set(texts.flatMap((text) => [...text.matchAll(TEST_NAME)].map(([, number]) => Number(number))))
  expect([...found].sort((left, right) => left - right)).toEqual(Array.from({ length: CASE_COUNT }, (_, at) => at + 1))
})
