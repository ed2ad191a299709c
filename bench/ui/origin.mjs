/**
 * An origin in a process of its own: `/file/<MiB>` with ranges, `/manifest/<MiB>` for it. The file is one random MiB
 * over and over, sent from memory. Tells its parent its address, and ends with it.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

const MIB = 1024 * 1024
const CHUNK_BYTES = 128 * 1024
const WRITE_BYTES = 256 * 1024
const block = randomBytes(MIB)
const manifests = new Map()

const server = createServer((request, response) => {
  // pages of another address ask, too
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-expose-headers', '*')
  if (request.method === 'OPTIONS')
    return response.writeHead(204, { 'access-control-allow-headers': '*, range, if-range' }).end()
  const [, kind, mib] = /^\/(file|manifest)\/(\d{1,5})$/.exec(request.url ?? '') ?? []
  if (kind === 'manifest') return response.setHeader('content-type', 'application/json').end(manifestOf(Number(mib)))
  if (kind === 'file') return sendFile(Number(mib) * MIB, request, response)
  response.writeHead(404).end()
})
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${server.address().port}`))
process.on('disconnect', () => process.exit())

function sendFile(size, { headers }, response) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '')
  const start = Number(range?.[1] ?? 0)
  const end = range?.[2] ? Math.min(size, Number(range[2]) + 1) : size
  const part = range ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}
  response.writeHead(range ? 206 : 200, { 'content-length': end - start, etag: `"${size}"`, ...part })
  let at = start
  const send = () => {
    while (at < end) {
      const piece = block.subarray(at % MIB, Math.min((at % MIB) + Math.min(WRITE_BYTES, end - at), MIB))
      at += piece.length
      if (!response.write(piece)) return response.once('drain', send)
    }
    response.end()
  }
  send()
}

function manifestOf(mib) {
  const made = manifests.get(mib) ?? JSON.stringify(describe(mib))
  manifests.set(mib, made)
  return made
}

function describe(mib) {
  const whole = createHash('sha256')
  for (let count = 0; count < mib; count++) whole.update(block)
  const bundle = {
    urls: [`/file/${mib}`],
    format: 'file',
    size: mib * MIB,
    integrity: `sha256-${whole.digest('base64')}`,
    chunks: {
      algorithm: 'sha256',
      lengths: CHUNK_BYTES,
      digests: Buffer.concat(new Array(mib).fill(blockDigests())).toString('base64'),
    },
  }
  return { manifestVersion: 1, id: 'bench.file', version: '1.0.0', entry: 'file.bin', bundle }
}

function blockDigests() {
  const digests = []
  for (let at = 0; at < MIB; at += CHUNK_BYTES) {
    const chunk = block.subarray(at, at + CHUNK_BYTES)
    digests.push(createHash('sha256').update(chunk).digest())
  }
  return Buffer.concat(digests)
}
