import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

/** What our adapter imports. */
export const LOCALFORAGE = 'localforage/dist/localforage.nopromises.js'

const require = createRequire(import.meta.url)
const MANIFEST = 'localforage/package.json'
const BANNER = `/*!
localForage -- Offline Storage, Improved
Version ${require(MANIFEST).version}, without its own drivers
https://localforage.github.io/localForage
(c) 2013-2017 Mozilla, Apache License 2.0
*/`

/** A driver that no engine has. */
const NO_DRIVER = `
const none = () => Promise.reject(new Error('There is no such driver'))
const methods = ['_initStorage', 'clear', 'getItem', 'iterate', 'key', 'keys', 'length', 'removeItem', 'setItem']
export const noDriver = (_driver) => ({ _driver, _support: false, ...Object.fromEntries(methods.map((name) => [name, none])) })`

const INSTEAD = {
  'drivers/indexeddb': driver('asyncStorage'),
  'drivers/websql': driver('webSQLStorage'),
  'drivers/localstorage': driver('localStorageWrapper'),
  'utils/serializer': 'export default {}',
  'utils/promise': 'export default Promise',
}

function driver(name) {
  return `import { noDriver } from 'no-driver'\nexport default noDriver('${name}')`
}

/**
 * localforage's own source as an ES module, with drivers that no engine supports in place of its own: of its 25 kB they
 * and what they write are two thirds, ours bring their own, and no bundler can leave out what a class names.
 */
export async function coreOfLocalforage() {
  const { outputFiles } = await build({
    entryPoints: [join(dirname(require.resolve(MANIFEST)), 'src/localforage.js')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    // else it says where the files lay
    minify: true,
    write: false,
    banner: { js: BANNER },
    plugins: [{ name: 'without-drivers', setup: replaceParts }],
  })
  return outputFiles[0].text
}

function replaceParts({ onResolve, onLoad }) {
  onResolve({ filter: /^no-driver$/ }, ({ path }) => ({ path, namespace: 'none' }))
  onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: NO_DRIVER }))
  onResolve({ filter: /^\.\// }, ({ path }) => {
    const replaced = Object.keys(INSTEAD).find((name) => path === `./${name}`)
    return replaced && { path: replaced, namespace: 'instead' }
  })
  onLoad({ filter: /.*/, namespace: 'instead' }, ({ path }) => ({ contents: INSTEAD[path] }))
}

/** A plugin for Vite: what is built or tested from the source gets what `dist` has. */
export function withLocalforageCore() {
  const id = '\0localforage-core'
  return {
    name: 'localforage-core',
    enforce: 'pre',
    resolveId: (source) => (source === LOCALFORAGE ? id : undefined),
    load: (loaded) => (loaded === id ? coreOfLocalforage() : undefined),
  }
}
