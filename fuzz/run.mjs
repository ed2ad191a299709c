/**
 * Coverage-guided fuzzing of what strangers' bytes reach first. Runs on the built package, without any dependency: the
 * engine's own counters say which inputs reach something new, and those are kept in `fuzz/corpus`.
 *
 *   npm run fuzz -- [--minutes 10] [--target manifest|envelope|zip] [--seed n] [--no-keep]
 */
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'

const HANG_MS = 10_000
const MAX_INPUT = 1024 * 1024
const MEMORY_MB = 256
const MODULES = [
  ...['domain/manifest', 'domain/trust', 'domain/keyList', 'domain/chunks', 'domain/errors/index'],
  ...['actors/openManifest', 'actors/trustDesk', 'plugins/archive', 'plugins/verifiedBundle', 'adapters/nodeDigester'],
].map((path) => new URL(`../dist/src/${path}.js`, import.meta.url).href)

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    'no-keep': { type: 'boolean', default: false },
  },
})
const names = values.target ? [values.target] : ['manifest', 'envelope', 'zip']
const findings = join(import.meta.dirname, 'findings')
const corpus = values['no-keep'] ? copyOfCorpus() : join(import.meta.dirname, 'corpus')
const shareMs = (Number(values.minutes) * 60_000) / names.length

let found = 0
for (const name of names) found += await fuzz(name)
console.log(found === 0 ? 'no findings' : `${found} findings, in ${findings}`)
process.exitCode = found === 0 ? 0 : 1

/** How many findings there are. One that hangs, or takes too much memory, ends its target. */
function fuzz(name) {
  const beats = new SharedArrayBuffer(8)
  const current = new SharedArrayBuffer(MAX_INPUT)
  const [counter, stage] = [new Int32Array(beats), new Uint8Array(current)]
  const seed = Number(values.seed)
  const workerData = {
    name,
    directory: join(corpus, name),
    modules: MODULES,
    untilMs: Date.now() + shareMs,
    seed,
    beats,
    current,
  }
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  })
  let count = 0
  const note = (what, input = stage.slice(0, Atomics.load(counter, 1))) => {
    count++
    mkdirSync(findings, { recursive: true })
    const path = join(findings, `${name}-${seed}-${count}`)
    writeFileSync(path, input)
    console.log(`${path}: ${what}`)
  }
  return new Promise((resolve) => {
    let last = -1
    const watch = setInterval(() => {
      const beat = Atomics.load(counter, 0)
      if (beat === last && beat > 0) {
        note(`hangs for more than ${HANG_MS / 1000} s`)
        void worker.terminate()
      }
      last = beat
    }, HANG_MS)
    worker.on('message', ({ type, ...rest }) => {
      if (type === 'finding') note(rest.what, rest.input)
      else
        console.log(`${name}: ${rest.runs} runs, ${rest.inputs} inputs, ${rest.parts} parts of the code, seed ${seed}`)
    })
    worker.on('error', (error) => note(error.stack ?? String(error)))
    worker.on('exit', () => {
      clearInterval(watch)
      resolve(count)
    })
  })
}

function copyOfCorpus() {
  const copy = mkdtempSync(join(tmpdir(), 'plugdock-fuzz-'))
  cpSync(join(import.meta.dirname, 'corpus'), copy, { recursive: true })
  return copy
}
