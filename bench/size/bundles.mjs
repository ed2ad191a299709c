import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as esbuild from 'esbuild'
import { build } from 'vite'
import { coreOfLocalforage, LOCALFORAGE, withLocalforageCore } from '../../scripts/localforageCore.mjs'

const DEFINE = { 'process.env.NODE_ENV': '"production"' }
const TARGET = 'es2022'

/**
 * The files that the source becomes, as Vite makes them of an app's: the text of each, whether it is the entry, which module
 * it is imported for, and which others it imports at once.
 */
export function bundleWithVite(source, external) {
  return withEntry(source, async (root, input) => {
    const results = await build({
      root,
      configFile: false,
      logLevel: 'error',
      define: DEFINE,
      plugins: [withLocalforageCore()],
      build: {
        target: TARGET,
        write: false,
        // no library to Vite: of those it keeps the spaces; and as of an app's, nobody imports the entry
        rolldownOptions: { input, external, preserveEntrySignatures: false },
      },
    })
    const { output } = Array.isArray(results) ? results[0] : results
    return output
      .filter(({ type }) => type === 'chunk')
      .map(({ fileName, code: text, isEntry, facadeModuleId, imports }) => ({
        name: fileName,
        text,
        isEntry,
        source: facadeModuleId ?? undefined,
        imports,
        modules: [],
      }))
  })
}

/** The same as esbuild makes them, with the modules in each file and what is left of them. */
export function bundleWithEsbuild(source, external) {
  return withEntry(source, async (root, entry) => {
    const { outputFiles, metafile } = await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      target: TARGET,
      define: DEFINE,
      outdir: join(root, 'out'),
      write: false,
      metafile: true,
      logLevel: 'error',
      plugins: [leavesOut(external), localforageCore],
    })
    const texts = new Map(outputFiles.map(({ path, text }) => [resolve(path), text]))
    return Object.entries(metafile.outputs).map(([path, { entryPoint, imports, inputs }]) => ({
      name: path,
      text: texts.get(resolve(path)),
      isEntry: entryPoint !== undefined && resolve(entryPoint) === entry,
      source: entryPoint && resolve(entryPoint),
      imports: imports.filter(({ kind }) => kind === 'import-statement').map(({ path: imported }) => imported),
      modules: Object.entries(inputs).map(([module, { bytesInOutput }]) => ({
        ...named(module),
        bytes: bytesInOutput,
      })),
    }))
  })
}

/** A file of the package's, or one that has `code` in it. */
async function withEntry({ file, code }, use) {
  const root = await mkdtemp(join(tmpdir(), 'plugdock-size-'))
  const entry = file ?? join(root, 'entry.js')
  if (file === undefined) await writeFile(entry, code)
  try {
    return await use(root, entry)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

function leavesOut(patterns) {
  return {
    name: 'leaves-out',
    setup({ onResolve }) {
      for (const filter of patterns) onResolve({ filter }, ({ path }) => ({ path, external: true }))
    },
  }
}

/** The same as `dist` has. */
const localforageCore = {
  name: 'localforage-core',
  setup({ onResolve, onLoad }) {
    const path = 'node_modules/localforage/core.js'
    onResolve({ filter: new RegExp(`^${LOCALFORAGE}$`) }, () => ({ path, namespace: 'core' }))
    onLoad({ filter: /.*/, namespace: 'core' }, async () => ({ contents: await coreOfLocalforage() }))
  },
}

/** By package, or by folder of ours. */
function named(path) {
  const inPackage = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/)
  if (inPackage) return { module: `${inPackage[1]}/${inPackage[2]}`, group: inPackage[1] }
  const own = path.replace(/^.*?((src|machines)\/)/, '$1')
  return { module: own, group: own.split('/').slice(0, -1).join('/') }
}
