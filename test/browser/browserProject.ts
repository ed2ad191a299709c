import { inChromium } from './chromium.js'
import { originCommands } from './originCommands.js'

/** The vitest project of tests that run in a real Chromium. */
export function browserProject() {
  return {
    test: {
      name: 'browser',
      include: ['test/browser/**/*.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      browser: { ...inChromium(), commands: originCommands },
    },
  }
}
