import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openBench } from '../../../scripts/mutation/bench.mjs'

/** Runs no tests: dies, or says that nobody caught an error, as the name of the test file says, or of the fault. */
const RUNNER = `
import { existsSync } from 'node:fs'
process.on('message', ({ file }) => {
  const what = existsSync('planted') && file === 'listens' ? 'dies' : file
  if (what === 'dies') process.exit(1)
  const failure = what === 'throws' ? { test: '(nobody caught) it' } : undefined
  process.send({ type: 'ended', failure, ran: 1 })
})
process.on('disconnect', () => process.exit())
process.send({ type: 'ready' })
`

async function judge(test: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-bench-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const script = join(directory, 'runner.mjs')
  await writeFile(script, RUNNER)
  const planted = join(directory, 'planted')
  const plant = async () => {
    await writeFile(planted, '')
    return () => rm(planted)
  }
  const bench = openBench({ directory, plant, remove: async () => {} }, script)
  onTestFinished(() => bench.close())
  const fault = { name: 'a fault', file: 'planted', find: '', replace: '', why: '', tests: [test] }
  return (await bench.judge(fault)).verdict
}

it('the process of the tests dies of the fault -> found; of itself -> unproven', async () => {
  expect(await judge('listens')).toBe('killed')
  expect(await judge('dies')).toBe('unproven')
})

it('an error that nobody caught comes without the fault as well -> unproven', async () => {
  expect(await judge('throws')).toBe('unproven')
})

it('nothing fails -> survived', async () => {
  expect(await judge('nothing')).toBe('survived')
})
