/** What is downloaded, and the origin before it, in a process of its own. */
import { fork, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { zipSync } from 'fflate'

export const MIB = 1024 * 1024
const CHUNK_BYTES = 128 * 1024
const SMALL_FILE_BYTES = 10 * 1024
const CONNECT_TRIES = 100

/** A folder with one bundle of `mib`, `count` of 1 MiB, and an archive of `zipMib` that holds a small file. */
export async function makeFiles({ mib, count, zipMib }) {
  const { folder, put, remove } = await openFiles()
  const big = randomBytes(mib * MIB)
  await put('big', big)
  const smallDigests = []
  for (let index = 0; index < count; index++) {
    const small = randomBytes(MIB)
    await put(`small-${index}`, small)
    smallDigests.push(digestOfPieces(small))
  }
  await put('archive', archiveOf(zipMib), { format: 'zip', entry: 'small.bin' })
  await put('first', randomBytes(MIB))
  return {
    folder,
    size: mib * MIB,
    bigDigest: digestOfPieces(big),
    /** Sorted. */
    smallDigests: smallDigests.sort().join(),
    remove,
  }
}

/** An empty folder to serve. `put` adds a bundle as `files/<id>.bin`, its manifest as `.json`, and gives its SHA-256. */
export async function openFiles(directory = tmpdir()) {
  const folder = await mkdtemp(join(directory, 'plugdock-files-'))
  const files = join(folder, 'files')
  await mkdir(files)
  return {
    folder,
    put: (id, bytes, rest) => putBundle(files, id, bytes, rest),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/**
 * Serves `/files/` of a folder, and the page in `site`: by nginx where there is one, else by Node; `name` says which.
 * Both are processes of their own, and forbid caching.
 */
export async function openOrigin(folder, site = folder) {
  if (nginxPath()) return { name: nginxVersion(), ...(await serveByNginx(folder, site)) }
  const origin = fork(new URL('origin.mjs', import.meta.url), [folder, site])
  const url = await new Promise((resolve) => origin.once('message', resolve))
  return { name: `Node ${process.version}`, url, close: async () => origin.disconnect() }
}

async function serveByNginx(folder, site) {
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const configuration = [
    'daemon off; master_process off;',
    `pid ${folder}/nginx.pid; error_log ${folder}/error.log;`,
    'events { worker_connections 256; }',
    'http {',
    '  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;',
    '  types { text/html html; text/css css; text/javascript js; application/json json; }',
    '  add_header Cache-Control no-store;',
    ...temporary.map((name) => `  ${name}_temp_path ${folder}/${name}_temp;`),
    `  server { listen 127.0.0.1:${port}; root ${site}; location /files/ { root ${folder}; } }`,
    '}',
  ]
  const path = join(folder, 'nginx.conf')
  await writeFile(path, configuration.join('\n'))
  const server = spawn(nginxPath(), ['-p', folder, '-e', `${folder}/error.log`, '-c', path], { stdio: 'inherit' })
  const url = `http://127.0.0.1:${port}/`
  await untilAnswered(url)
  return { url, close: async () => void server.kill() }
}

async function putBundle(folder, id, bytes, { format = 'file', entry = `${id}.bin` } = {}) {
  const digests = []
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) digests.push(sha256(bytes.subarray(at, at + CHUNK_BYTES)))
  const digest = sha256(bytes)
  const manifest = {
    manifestVersion: 1,
    id: `bench.${id}`,
    version: '1.0.0',
    entry,
    bundle: {
      urls: [`${id}.bin`],
      format,
      size: bytes.length,
      integrity: `sha256-${digest.toString('base64')}`,
      chunks: { algorithm: 'sha256', lengths: CHUNK_BYTES, digests: Buffer.concat(digests).toString('base64') },
    },
  }
  await writeFile(join(folder, `${id}.bin`), bytes)
  await writeFile(join(folder, `${id}.json`), JSON.stringify(manifest))
  return digest.toString('hex')
}

/** SHA-256 over those of each MiB: browsers have no running digest. */
function digestOfPieces(bytes) {
  const digests = []
  for (let at = 0; at < bytes.length; at += MIB) digests.push(sha256(bytes.subarray(at, at + MIB)))
  return sha256(Buffer.concat(digests)).toString('hex')
}

function archiveOf(mib) {
  const half = Math.floor((mib * MIB) / 2)
  const stored = (bytes) => [bytes, { level: 0 }]
  return zipSync({
    'before.bin': stored(randomBytes(half)),
    'small.bin': stored(randomBytes(SMALL_FILE_BYTES)),
    'behind.bin': stored(randomBytes(half)),
  })
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest()
}

function nginxPath() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, 'nginx')).find((file) => existsSync(file))
}

function nginxVersion() {
  const { stderr } = spawnSync(nginxPath(), ['-v'], { encoding: 'utf8' })
  return /nginx\/[\d.]+/.exec(stderr)?.[0] ?? 'nginx'
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilAnswered(url) {
  for (let left = CONNECT_TRIES; ; left--) {
    try {
      return await fetch(url)
    } catch (error) {
      if (left === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
