/**
 * All that download: ours, what is in Node anyway, packages of `bench/package.json`, and programs of the system. Each
 * prepares what it needs, and gives what runs while the clock does: files under `directory`, or nothing where bytes are
 * thrown away. `resumes`: goes on with what an earlier run left there; `verifies`: against a digest that it is told.
 */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { watchPeak } from './peakOf.mjs'

/** As many downloads as a dock runs at once. */
const AT_ONCE = 3
const CONNECTIONS = 4
/** Less than its sample may take, so that none goes on when that is ended. */
const MAX_PROGRAM_MS = 50_000

/**
 * `prepare(directory, options)` gives `run(files)`: each file is `{ url, manifestUrl, name, sha256 }`. It answers bytes
 * where it throws them away, and the usage of programs that it ran.
 */
export const CLIENTS = {
  fetch: { throwsAway: true, prepare: () => sumOf(fetchAway) },
  'node:http': { throwsAway: true, prepare: () => sumOf(httpAway) },
  plugdock: { isOurs: true, verifies: true, resumes: true, prepare: prepareDock },
  got: { package: 'got', prepare: prepareGot },
  'node-downloader-helper': { package: 'node-downloader-helper', resumes: true, prepare: prepareHelper },
  'nodejs-file-downloader': { package: 'nodejs-file-downloader', prepare: prepareFileDownloader },
  easydl: { package: 'easydl', resumes: true, prepare: prepareEasyDl },
  ipull: { package: 'ipull', resumes: true, prepare: prepareIpull },
  'aria2c -x4 --checksum': { program: 'aria2c', verifies: true, resumes: true, prepare: prepareProgram(aria2Checked) },
  'aria2c -x4': { program: 'aria2c', resumes: true, prepare: prepareProgram(aria2) },
  curl: { program: 'curl', resumes: true, prepare: prepareProgram(curl) },
}

async function sumOf(throwAway) {
  await loadFetch()
  return async (files) => {
    const sizes = await eachOf(files, ({ url }) => throwAway(url))
    return { bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) }
  }
}

/** Node loads its `fetch` with the first call, which takes as long as tens of MiB: that is code, and no download. */
async function loadFetch() {
  await (await fetch('data:,')).text()
}

async function fetchAway(url) {
  const { body } = await fetch(url)
  const reader = body.getReader()
  let bytes = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.length
  return bytes
}

function httpAway(url) {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      let bytes = 0
      response.on('data', (piece) => {
        bytes += piece.length
      })
      response.on('end', () => resolve(bytes))
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

async function prepareDock(directory, { connections }) {
  const { createPluginDock } = await import('../../dist/src/hosts/node/index.js')
  await loadFetch()
  const dock = await createPluginDock({ directory, ...(connections && { connectionsPerDownload: connections }) })
  return async (files) => {
    const tasks = await Promise.all(files.map(({ manifestUrl }) => dock.downloads.startDownload(manifestUrl)))
    await Promise.all(tasks.map(({ finished }) => finished))
    return { close: () => dock.close() }
  }
}

async function prepareGot(directory) {
  const { got } = await import('got')
  return (files) =>
    eachOf(files, ({ url, name }) => pipeline(got.stream(url), createWriteStream(join(directory, name))))
}

async function prepareHelper(directory) {
  const { DownloaderHelper } = await import('node-downloader-helper')
  const keeping = { override: true, resumeIfFileExists: true, removeOnStop: false, removeOnFail: false }
  return (files) =>
    eachOf(files, async ({ url, name }) => {
      const download = new DownloaderHelper(url, directory, { fileName: name, ...keeping })
      const failed = new Promise((_resolve, reject) => download.on('error', reject))
      await Promise.race([download.start(), failed])
    })
}

async function prepareFileDownloader(directory) {
  const { Downloader } = await import('nodejs-file-downloader')
  return (files) => eachOf(files, ({ url, name }) => new Downloader({ url, directory, fileName: name }).download())
}

async function prepareEasyDl(directory) {
  const { default: EasyDl } = await import('easydl')
  return (files) =>
    eachOf(files, async ({ url, name }) => {
      const isDone = await new EasyDl(url, join(directory, name), { existBehavior: 'overwrite' }).wait()
      if (!isDone) throw new Error('easydl gave up')
    })
}

async function prepareIpull(directory) {
  const { downloadFile } = await import('ipull')
  return (files) =>
    eachOf(files, async ({ url, name }) => {
      const download = await downloadFile({ url, directory, fileName: name, cliProgress: false })
      await download.download()
    })
}

/** A program for each file. */
function prepareProgram(commandOf) {
  return (directory) => async (files) => {
    const usages = await eachOf(files, (file) => runProgram(...commandOf(file, directory)))
    return { usage: { peakRssMiB: Math.max(...usages.map(({ peakRssMiB }) => peakRssMiB)) } }
  }
}

function aria2({ url, name }, directory) {
  const connections = [`-x${CONNECTIONS}`, `-s${CONNECTIONS}`]
  return ['aria2c', ['-q', '-c', ...connections, '--file-allocation=none', '-d', directory, '-o', name, url]]
}

function aria2Checked(file, directory) {
  const [program, rest] = aria2(file, directory)
  return [program, [`--checksum=sha-256=${file.sha256}`, ...rest]]
}

function curl({ url, name }, directory) {
  const again = ['--retry', '3', '--retry-all-errors', '--retry-delay', '1']
  return ['curl', ['-sS', '--fail', ...again, '-C', '-', '-o', join(directory, name), url]]
}

/** Gives the most memory that it held. */
async function runProgram(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: MAX_PROGRAM_MS })
  const peak = watchPeak(child.pid)
  const status = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  if (status !== 0) throw new Error(`${program} ended with ${status}`)
  return { peakRssMiB: peak() }
}

/** As many at once as a dock has. */
async function eachOf(files, work) {
  const left = files.values()
  const results = []
  const lane = async () => {
    for (const file of left) results.push(await work(file))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return results
}
