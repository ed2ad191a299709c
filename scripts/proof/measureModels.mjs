import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const VITEST = 'node_modules/vitest/vitest.mjs'
const SUITES = {
  unit: 'test/unit/models',
  integration: 'test/integration/models',
  browser: 'test/browser/models',
}
/** As `test/models/testEveryPath.ts` prints them. */
const FIGURES = /model figures (\{.*\})/

/** Walks every path of every model and tells what was counted on the way; rejects where a test failed. */
export async function measureModels(vitestArguments = []) {
  const found = []
  for (const [project, folder] of Object.entries(SUITES)) {
    const figures = await walk([VITEST, 'run', '--project', project, folder, ...vitestArguments])
    found.push(...figures.sort((left, right) => (left.model < right.model ? -1 : 1)))
  }
  return found
}

function walk(argv) {
  return new Promise((resolve, reject) => {
    const vitest = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    const figures = []
    createInterface({ input: vitest.stdout }).on('line', (line) => {
      const [, json] = FIGURES.exec(line) ?? []
      if (json) figures.push(JSON.parse(json))
      else console.log(line)
    })
    vitest.on('error', reject)
    vitest.on('close', (status) => (status === 0 ? resolve(figures) : reject(new Error('A path failed: see above'))))
  })
}
