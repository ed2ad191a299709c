import { PACKAGE_ALIASES } from '../../.storybook/packageAliases.js'
import { withLocalforageCore } from '../../scripts/localforageCore.mjs'
import { inChromium } from './chromium.js'
import { faultCommands } from './faultCases/faultCommands.js'
import { modelCommands } from './models/modelCommands.js'
import { originCommands } from './originCommands.js'

/** The vitest project of tests that run in a real Chromium. */
export function browserProject() {
  return {
    plugins: [withLocalforageCore()],
    resolve: { alias: PACKAGE_ALIASES },
    // found while tests run, they would reload the page under them
    optimizeDeps: {
      include: [
        '@noble/curves/ed25519.js',
        ...['es-module-lexer', 'hash-wasm', 'ky', 'mermaid', 'rxjs', 'valibot', 'xstate'],
      ],
    },
    test: {
      name: 'browser',
      include: ['test/browser/**/*.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      browser: { ...inChromium(), commands: { ...originCommands, ...faultCommands, ...modelCommands } },
    },
  }
}
