import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CLIENTS } from './clients.mjs'

const SAMPLE = fileURLToPath(new URL('sample.mjs', import.meta.url))
const PACKAGES = fileURLToPath(new URL('../node_modules/', import.meta.url))
const MAX_MS = 60_000

/** A sample of a client in a process and a folder of its own; what it stored is checked, byte for byte by digests. */
export async function runSample(client, { files, root, sizeBytes, ...options }) {
  const directory = await mkdtemp(join(root, 'plugdock-bench-'))
  try {
    const told = JSON.stringify({ client, directory, files, ...options })
    const { stdout } = await promisify(execFile)(process.execPath, [SAMPLE, told], { timeout: MAX_MS }).catch(failed)
    const { bytes, ...sample } = JSON.parse(/\{"ms".*\}/.exec(stdout)[0])
    if (CLIENTS[client].throwsAway) checkSize(bytes, sizeBytes)
    else await checkFiles(directory, files)
    return sample
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Without the command and all it was told: reports are kept, and nobody there knows these paths. */
function failed({ killed, code, stderr = '' }) {
  console.error(stderr)
  throw new Error(killed ? `it took longer than ${MAX_MS / 1000} s` : `it ended with ${code}`)
}

/**
 * Of the clients asked for (with commas between), or else of the usual ones, those that can run here; the report notes why
 * others cannot. Throws for a name that nobody has.
 */
export function chosenClients(asked, usual, report) {
  const names = asked ? asked.split(',') : usual
  return names.filter((name) => {
    const reason = whyNot(name)
    if (reason) report.note(reason)
    return !reason
  })
}

/** In a sentence; nothing where it can run here. */
function whyNot(name) {
  if (!CLIENTS[name]) throw new Error(`There is no client ${name}`)
  const { package: needed, program } = CLIENTS[name]
  if (needed && !existsSync(join(PACKAGES, needed, 'package.json'))) {
    return `${name} is left out: \`npm ci --prefix bench\` installs it.`
  }
  if (program && spawnSync(program, ['--version']).status !== 0) {
    return `${name} is left out: the system has no ${program}.`
  }
}

function checkSize(bytes, sizeBytes) {
  if (bytes !== sizeBytes) throw new Error(`it got ${bytes} bytes of ${sizeBytes}`)
}

async function checkFiles(directory, files) {
  const found = new Set(await digestsIn(directory))
  const missing = files.filter(({ sha256 }) => !found.has(sha256))
  if (missing.length > 0) throw new Error(`it stored ${missing.length} of ${files.length} files wrong or not`)
}

/** SHA-256 of every file under a folder, in hex. */
export async function digestsIn(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const digests = []
  for (const entry of entries.filter((each) => each.isFile())) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(entry.parentPath, entry.name)), hash)
    digests.push(hash.digest('hex'))
  }
  return digests
}
