/**
 * Over how many connections one bundle should come: a verified install in Node over one to four, over plain loopback
 * and over a line that gives every connection the same share.
 *
 *   npm run bench:connections -- [--rounds 5] [--mib 256] [--slow-mib 32] [--json <file>] [--keep]
 *
 * Every sample is a process of its own, the origin is another. Only ratios to one connection within a round are worth
 * quoting.
 */
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { createToxicsProxy } from '../dist/src/testing/index.js'
import { runSample } from './node/runSample.mjs'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'
import { inRounds } from './report/rounds.mjs'
import { openFiles, openOrigin } from './site.mjs'

const MIB = 1024 * 1024
const COUNTS = [1, 2, 3, 4]
const options = benchOptions({ mib: 256, 'slow-mib': 32, directory: tmpdir() })
const report = startReport('connections', options)
const files = await openFiles(options.directory)
const origin = await openOrigin(files.folder)
report.uses({ origin: origin.name })
const proxy = await createToxicsProxy({ upstream: origin.url.replace(/\/$/, '') })
await proxy.add({ type: 'bandwidth', bytesPerSecond: 8 * MIB })
try {
  await compare(`plain loopback, ${options.mib} MiB`, origin.url, options.mib)
  await compare(`8 MiB/s a connection, ${options['slow-mib']} MiB`, proxy.url, options['slow-mib'])
  await report.finish()
} finally {
  await proxy.close()
  await origin.close()
  await files.remove()
}

async function compare(title, base, mib) {
  const id = `bundle-${mib}`
  const sha256 = await files.put(id, randomBytes(mib * MIB))
  const [url, manifestUrl] = ['bin', 'json'].map((extension) => new URL(`files/${id}.${extension}`, base).href)
  const about = { root: options.directory, sizeBytes: mib * MIB, files: [{ name: id, url, manifestUrl, sha256 }] }
  const works = COUNTS.map((count) => [nameOf(count), () => runSample('plugdock', { ...about, connections: count })])
  const rounds = await inRounds(Object.fromEntries(works), options)
  report.addRounds({ title, rounds, over: nameOf(1), ours: COUNTS.map(nameOf) })
}

function nameOf(count) {
  return count === 1 ? '1 connection' : `${count} connections`
}
