import { inChromium } from '../browser/chromium.js'
import { originCommands } from '../browser/originCommands.js'

/**
 * The vitest project that runs the tests of hooks and widgets once more under React 18: every import of React, also those
 * in packages, is led to it.
 */
export function react18Project() {
  return {
    resolve: {
      alias: [
        { find: /^react(?=$|\/)/, replacement: 'react-18' },
        { find: /^react-dom(?=$|\/)/, replacement: 'react-dom-18' },
      ],
    },
    // a cache of its own: the packages in it were bound to another React
    cacheDir: 'node_modules/.vite-react-18',
    optimizeDeps: {
      include: [
        '@noble/curves/ed25519.js',
        '@xstate/react',
        'es-module-lexer',
        'hash-wasm',
        'ky',
        'localforage/dist/localforage.nopromises.js',
        'react',
        'react/jsx-runtime',
        'react/jsx-dev-runtime',
        'react-dom/client',
        'react-dom/server',
        'rxjs',
        'valibot',
        'xstate',
      ],
    },
    test: {
      name: 'react18',
      include: ['test/react18/*.test.ts', 'test/browser/react*.test.ts', 'test/unit/react/serverRendering.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      browser: { ...inChromium(), commands: originCommands },
    },
  }
}
