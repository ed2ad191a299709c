/**
 * Makes the engine's worker one file that imports nothing, in its place in `dist`: a bundler that serves it as it is
 * (as Vite's dev server does) would leave bare imports in it, and a browser cannot resolve those.
 */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'

const FOLDER = join(import.meta.dirname, '../dist/src/hosts/browser')
const BUNDLED = join(FOLDER, 'bundled')

await build({
  configFile: false,
  logLevel: 'warn',
  build: {
    target: 'es2022',
    outDir: BUNDLED,
    minify: false,
    copyPublicDir: false,
    lib: { entry: join(FOLDER, 'engine.worker.js'), formats: ['es'], fileName: () => 'engine.worker.js' },
    rolldownOptions: { output: { codeSplitting: false, minify: true } },
  },
})
await rename(join(BUNDLED, 'engine.worker.js'), join(FOLDER, 'engine.worker.js'))
await rm(BUNDLED, { recursive: true })
