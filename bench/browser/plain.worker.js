/** What others do with the same bytes, or nothing at all: the limits that an install is measured against. */
const MIB = 1024 * 1024
const READ_BYTES = 512 * 1024

const works = { throwAway, throwAwayInto, throwAwayAll, storeUnverified, digestFiles }

globalThis.onmessage = async ({ data: { name, args } }) => {
  try {
    globalThis.postMessage({ value: await works[name](...args) })
  } catch (error) {
    globalThis.postMessage({ error: String(error) })
  }
}

/** A plain fetch. */
async function throwAway(url) {
  const startedAt = performance.now()
  const { body } = await fetch(url, { cache: 'no-store' })
  const reader = body.getReader()
  let bytes = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.length
  return { ms: performance.now() - startedAt, bytes }
}

/** The same into one buffer, again and again. */
async function throwAwayInto(url) {
  const startedAt = performance.now()
  const { body } = await fetch(url, { cache: 'no-store' })
  const reader = body.getReader({ mode: 'byob' })
  let buffer = new ArrayBuffer(READ_BYTES)
  let bytes = 0
  for (;;) {
    const { value, done } = await reader.read(new Uint8Array(buffer))
    if (done) return { ms: performance.now() - startedAt, bytes }
    bytes += value.length
    buffer = value.buffer
  }
}

/** Several groups of files, file after file, so many groups at once. */
async function throwAwayAll(groups, atOnce) {
  const startedAt = performance.now()
  const left = [...groups]
  let bytes = 0
  const run = async () => {
    for (let urls = left.shift(); urls; urls = left.shift())
      for (const url of urls) {
        const read = await throwAway(url)
        bytes += read.bytes
      }
  }
  await Promise.all(Array.from({ length: atOnce }, run))
  return { ms: performance.now() - startedAt, bytes }
}

/** To the fastest storage that a browser has, unchecked. */
async function storeUnverified(url) {
  const root = await navigator.storage.getDirectory()
  const startedAt = performance.now()
  const file = await root.getFileHandle('unverified.bin', { create: true })
  const handle = await file.createSyncAccessHandle()
  const { body } = await fetch(url, { cache: 'no-store' })
  const reader = body.getReader()
  let bytes = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    bytes += handle.write(read.value, { at: bytes })
  }
  handle.flush()
  handle.close()
  const ms = performance.now() - startedAt
  await root.removeEntry('unverified.bin')
  return { ms, bytes }
}

/** SHA-256 of each sealed bundle of a dock, by pieces, past everything that is the dock's; sorted. */
async function digestFiles(dockName) {
  let folder = await navigator.storage.getDirectory()
  for (const name of ['plugdock', dockName, 'bundles']) folder = await folder.getDirectoryHandle(name)
  const digests = []
  for await (const entry of folder.values()) digests.push(await digestOf(await entry.getFile()))
  return digests.sort().join()
}

async function digestOf(file) {
  const digests = []
  for (let at = 0; at < file.size; at += MIB) {
    const piece = await file.slice(at, at + MIB).arrayBuffer()
    digests.push(new Uint8Array(await crypto.subtle.digest('SHA-256', piece)))
  }
  return hexDigest(digests)
}

async function hexDigest(parts) {
  const all = new Uint8Array(await new Blob(parts).arrayBuffer())
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
