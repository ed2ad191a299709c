import { join } from 'node:path'
import { build } from 'vite'

/** Puts `sw.js` beside the page that was built into `outDir`, as an app's bundler does: a script that all engines take. */
export async function buildServiceWorker(root: string, outDir: string): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: false,
      lib: { entry: join(root, 'sw.js'), formats: ['iife'], name: 'app', fileName: () => 'sw.js' },
    },
  })
}
