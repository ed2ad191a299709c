/** The playground's page and the origin of its plugins, on two ports of loopback. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { createServer } from 'vite'
import { INSPECTOR_ENTRIES, inspectorPlugin } from '../../inspector/inspectorPlugin.mjs'
import { controlPlugin } from './controlPlugin.mjs'
import { openOrigin } from './openOrigin.mjs'
import { packPlugins } from './packPlugins.mjs'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const HOST = '127.0.0.1'
/** Where the inspector is, on the page's server. */
const INSPECTOR = '/inspect/'

/**
 * @param {{ port?: number, originPort?: number, inspect?: boolean, onPack?: (title: string) => void }} [options] `0` for a free port
 * @returns {Promise<{ url: string, originUrl: string, close(): Promise<void> }>}
 */
export async function startPlayground({ port = 4280, originPort = 4281, inspect = false, onPack } = {}) {
  const cache = join(ROOT, '.demo')
  const plugins = join(cache, 'plugins')
  const releases = await packPlugins({ cache: plugins, onPack })
  const origin = await openOrigin(releases, {
    port: originPort,
    cache: plugins,
    inspector: inspect ? INSPECTOR : undefined,
  })
  const server = await createServer({
    configFile: false,
    root: join(ROOT, 'examples/playground'),
    cacheDir: join(cache, inspect ? 'vite-inspect' : 'vite'),
    logLevel: 'warn',
    plugins: [react(), controlPlugin(origin), ...(inspect ? [inspectorPlugin()] : [])],
    // the page's code asks for it
    mode: inspect ? 'inspect' : 'development',
    optimizeDeps: inspect ? { entries: ['index.html', ...INSPECTOR_ENTRIES] } : {},
    server: { host: HOST, port, fs: { allow: [ROOT] } },
  })
  await server.listen()
  const address = server.httpServer?.address()
  return {
    url: `http://${HOST}:${address.port}/`,
    originUrl: origin.url,
    async close() {
      await Promise.all([server.close(), origin.close()])
    },
  }
}
