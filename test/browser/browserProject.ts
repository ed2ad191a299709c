import { playwright } from '@vitest/browser-playwright'
import { originCommands } from './originCommands.js'

/** The vitest project of tests that run in a real Chromium. */
export function browserProject() {
  return {
    test: {
      name: 'browser',
      include: ['test/browser/**/*.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium' } }),
        instances: [{ browser: 'chromium' as const }],
        commands: originCommands,
      },
    },
  }
}
