/**
 * Makes the engine's worker, and the entry for service workers, one file each that imports nothing, in its place in
 * `dist`: a bundler that serves it as it is (as Vite's dev server does) would leave bare imports in it, and a browser
 * cannot resolve those.
 */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'

const DIST = join(import.meta.dirname, '../dist/src')

for (const [folder, file] of [
  [join(DIST, 'hosts/browser'), 'engine.worker.js'],
  [join(DIST, 'service-worker'), 'index.js'],
]) {
  const bundled = join(folder, 'bundled')
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      target: 'es2022',
      outDir: bundled,
      minify: false,
      copyPublicDir: false,
      lib: { entry: join(folder, file), formats: ['es'], fileName: () => file },
      rolldownOptions: { output: { codeSplitting: false, minify: true } },
    },
  })
  await rename(join(bundled, file), join(folder, file))
  await rm(bundled, { recursive: true })
}
