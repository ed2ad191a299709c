import { deflateSync } from 'node:zlib'
import { crc32 } from '../../../src/plugins/crc32.js'
import {
  buildPlugin,
  type PluginBuild,
  publishOn,
  type ScriptedOrigin,
  seededBytes,
} from '../../../src/testing/index.js'
import { packed } from '../../unit/plugins/zips.js'

/** Small, so that each file has chunks of its own. */
const CHUNK_BYTES = 512

/** Adds two numbers. */
const ADD_WASM = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1,
  7, 0, 32, 0, 32, 1, 106, 11,
])

const INDEX = `
import { even } from './lib/a.js'
import { ink } from 'palette'
import * as palette from 'palette'
import words from './data/words.json'

const style = () => new Promise((resolve, reject) => {
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = new URL('./style.css', import.meta.url).href
  link.onload = resolve
  link.onerror = reject
  document.head.append(link)
})

const answerOf = (worker) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data)
  worker.onerror = ({ message }) => reject(new Error(message))
})

export async function render(stage, workerUrl) {
  await style()
  const box = document.createElement('div')
  box.className = 'box'
  stage.append(box)
  const image = new Image()
  image.src = new URL('./img/red.png', import.meta.url).href
  stage.append(image)
  await image.decode()
  const drawing = new Image()
  drawing.src = new URL('./img/drawing.svg', import.meta.url).href
  await drawing.decode()
  const wasm = await WebAssembly.instantiateStreaming(fetch(new URL('./add.wasm', import.meta.url)))
  const name = 'palette'
  const computed = await import(name)
  const lazy = await import('./lib/lazy.js')
  return {
    ink,
    isCycleClosed: even(10),
    greeting: words.greeting,
    sum: wasm.instance.exports.add(2, 3),
    worker: await answerOf(new Worker(workerUrl, { type: 'module' })),
    lazy: lazy.word,
    isSharedOnce: computed.made === palette.made,
    color: getComputedStyle(box).color,
    url: new URL(import.meta.url).pathname,
    drawn: drawing.naturalWidth,
  }
}
`

/** A solid red square of this many pixels. */
function redImage(sizePixels: number): Uint8Array {
  const row = [0, ...Array.from({ length: sizePixels }, () => [255, 0, 0]).flat()]
  const header = Buffer.alloc(13)
  header.writeUInt32BE(sizePixels, 0)
  header.writeUInt32BE(sizePixels, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = deflateSync(Uint8Array.from(Array.from({ length: sizePixels }, () => row).flat()))
  const signature = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([signature, part('IHDR', header), part('IDAT', rows), part('IEND', new Uint8Array())])
}

function part(type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(content.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}

export const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><rect width="24" height="24"/></svg>'

export function fillerOf(version: string): Uint8Array {
  return seededBytes(150_000, version)
}

function filesOf(version: string): Record<string, string | Uint8Array> {
  return {
    'index.js': INDEX,
    'lib/a.js': "import { odd } from './b.js'\nexport const even = (n) => n === 0 || odd(n - 1)\n",
    'lib/b.js': "import { even } from './a.js'\nexport const odd = (n) => n !== 0 && even(n - 1)\n",
    'lib/lazy.js': `import { ink } from 'palette'\nexport const word = ink + ' ${version}'\n`,
    'lib/c.js': "export const word = 'from a worker'\n",
    'worker.js': "import { word } from './lib/c.js'\npostMessage(word)\n",
    'style.css': '.box { width: 40px; height: 40px; color: rgb(1, 2, 3); background: url(img/red.png) }\n',
    'img/red.png': redImage(40),
    'img/drawing.svg': SVG,
    'add.wasm': ADD_WASM,
    'data/words.json': '{ "greeting": "hello" }',
    'page.html': '<!doctype html><title>quiet</title><script>document.title = "loud"</script>',
    'odd #1 ä%/na me.txt': 'found',
    // whoever looks for the directory at the end reads none of the others by the way
    'data/filler.bin': fillerOf(version),
  }
}

export interface ServedPlugin {
  readonly manifestUrl: string
  readonly bundlePath: string
  /** Where a file's bytes begin, as they lie in the bundle. */
  offsetOf(content: string | Uint8Array): number
}

/** A plugin of many files, stored without compression, on `origin`. */
export async function publishServed(origin: ScriptedOrigin, version = '1.0.0'): Promise<ServedPlugin> {
  const bytes = Uint8Array.from(await packed(filesOf(version), false))
  const build: PluginBuild = { version, bytes, chunkLengths: CHUNK_BYTES }
  const { manifest } = await buildPlugin(build)
  const bundle = { ...manifest.bundle, format: 'zip' as const, urls: [`${version}.zip`] }
  const manifestUrl = publishOn(origin, { manifest: { ...manifest, bundle }, bytes })
  return {
    manifestUrl,
    bundlePath: `/${manifest.id}/${version}.zip`,
    offsetOf: (content) => Buffer.from(bytes).indexOf(content),
  }
}
