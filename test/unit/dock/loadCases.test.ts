import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const CASE_COUNT = 12
/** A group's name: its case, and the situation. */
const GROUP_NAME = /describe\('L(\d+) [^\n]+/g

it('the load cases L1 to L12 -> each has tests of its name, and no test has another', async () => {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.ts'))
  const texts = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')))
  const found = texts.flatMap((text) => [...text.matchAll(GROUP_NAME)].map(([, number]) => Number(number)))
  const all = Array.from({ length: CASE_COUNT }, (_, index) => index + 1)
  expect({
    missing: all.filter((number) => !found.includes(number)),
    unknown: found.filter((number) => !all.includes(number)),
  }).toEqual({ missing: [], unknown: [] })
})
