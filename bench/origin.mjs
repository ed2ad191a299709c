/**
 * An origin in a process of its own, for where there is no nginx: `node origin.mjs <folder> <site>` serves the folder's
 * `/files/` and the site's page, with ranges. Tells its parent its address, and ends with it.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const READ_BYTES = 256 * 1024
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json' }
const [folder, site] = process.argv.slice(2)

const server = createServer((request, response) => {
  send(request, response).catch(() => response.destroy())
})
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${server.address().port}/`))
process.on('disconnect', () => process.exit())

async function send({ url, headers, method }, response) {
  const { pathname } = new URL(url, 'http://origin.test')
  const path = join(pathname.startsWith('/files/') ? folder : site, pathname === '/' ? 'index.html' : pathname)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return response.writeHead(404).end()
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const start = Number(first ?? 0)
  const end = last ? Math.min(Number(last), found.size - 1) : found.size - 1
  response.writeHead(first === undefined ? 200 : 206, {
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'content-length': end - start + 1,
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
    etag: `"${found.size}-${found.mtimeMs}"`,
    ...(first === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${found.size}` }),
  })
  if (method === 'HEAD') return response.end()
  await pipeline(createReadStream(path, { start, end, highWaterMark: READ_BYTES }), response)
}
