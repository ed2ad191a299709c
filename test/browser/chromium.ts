import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { playwright } from '@vitest/browser-playwright'

const SCRIPT = join(import.meta.dirname, '../../scripts/browser.mjs')

/** Nothing of the browser's own goes out to the network. */
export const LAUNCH_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of a Chromium. The first call on a machine may unpack or install one. */
export function chromiumPath(): string {
  return execFileSync(process.execPath, [SCRIPT], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

/** For tests of what is kept in memory: `gc()` in every page. */
const COLLECTING = '--js-flags=--expose-gc'

/** What Playwright launches. The browser is looked for when it is launched, not when the configuration is read. */
export function launchOptions() {
  return {
    args: [...LAUNCH_ARGUMENTS, COLLECTING],
    get executablePath() {
      return chromiumPath()
    },
  }
}

/** The `browser` part of a vitest project: a new one each time, since two projects may not share it. */
export function inChromium() {
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({ launchOptions: launchOptions() }),
    instances: [{ browser: 'chromium' as const }],
  }
}
