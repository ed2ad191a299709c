/**
 * Writes `dist/src/adapters/localforageCore.js`, localforage without the drivers that ours replace, and has our adapter
 * import it. It is an ES module, unlike what the package publishes: Vite's dev server serves it as it is.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coreOfLocalforage, LOCALFORAGE } from './localforageCore.mjs'

const ADAPTERS = join(import.meta.dirname, '../dist/src/adapters')
const adapter = join(ADAPTERS, 'localforageInstance.js')

const text = await readFile(adapter, 'utf8')
if (!text.includes(`'${LOCALFORAGE}'`)) throw new Error(`${adapter} does not import ${LOCALFORAGE}`)
await writeFile(join(ADAPTERS, 'localforageCore.js'), await coreOfLocalforage())
await writeFile(adapter, text.replace(`'${LOCALFORAGE}'`, `'./localforageCore.js'`))
