/** Fuzzes one target in a thread of its own, whose memory is bounded; the thread that made it watches the clock. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { startCoverage } from './coverage.mjs'
import { createDice, mutate } from './mutations.mjs'
import { createTargets, runTarget } from './targets.mjs'

const BATCH = 400
const { name, directory, untilMs, seed, beats, current } = workerData
const modules = Object.assign({}, ...(await Promise.all(workerData.modules.map((url) => import(url)))))
const target = createTargets(modules)[name]
const isOwnError = (error) => error instanceof modules.PluginDockError
const dice = createDice(seed)
const counter = new Int32Array(beats)
const stage = new Uint8Array(current)

mkdirSync(directory, { recursive: true })
const corpus = readdirSync(directory).map((file) => readFileSync(join(directory, file)))
const coverage = await startCoverage()
let runs = 0

for (const input of corpus) await run(input)
coverage.learn(await coverage.takeNew())
while (Date.now() < untilMs) {
  const inputs = Array.from({ length: BATCH }, () => mutate(pick(), pick(), dice))
  for (const input of inputs) await run(input)
  if ((await coverage.takeNew()).length > 0) await keepNew(inputs)
}
parentPort.postMessage({ type: 'done', runs, inputs: corpus.length, parts: coverage.size })

function pick() {
  return corpus[dice(corpus.length)] ?? Buffer.from('{}')
}

async function run(input) {
  stage.set(input)
  Atomics.store(counter, 1, input.length)
  Atomics.add(counter, 0, 1)
  runs++
  try {
    await runTarget(target, input, isOwnError)
  } catch (error) {
    parentPort.postMessage({ type: 'finding', input, what: error instanceof Error ? error.stack : String(error) })
  }
}

/** One by one: those of a batch that reach what no input before them has reached. */
async function keepNew(inputs) {
  for (const input of inputs) {
    await run(input)
    const parts = await coverage.takeNew()
    if (parts.length > 0) keep(input)
    coverage.learn(parts)
  }
}

function keep(input) {
  corpus.push(input)
  const path = join(directory, createHash('sha256').update(input).digest('hex').slice(0, 16))
  if (!existsSync(path)) writeFileSync(path, input)
}
