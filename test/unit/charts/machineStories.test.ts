import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as machines from '../../../machines/index.js'

const stories = readdirSync(join(import.meta.dirname, '../../../stories/machines'))

test('every machine has a story in the section', () => {
  const names = Object.values(machines).map(({ id }) => id)
  expect(names.length).toBeGreaterThan(2)
  for (const name of names) expect(stories.map((file) => file.toLowerCase())).toContain(`${name}.stories.tsx`)
})
