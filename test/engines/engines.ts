import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../browser/chromium.js'
import { findPrograms } from '../findPrograms.js'
import { Display } from './display.js'

export const ENGINE_NAMES = ['Chromium', 'Firefox', 'WebKitGTK'] as const
export type EngineName = (typeof ENGINE_NAMES)[number]

/** How a browser is started that keeps what it stores in `profile`, also when it is killed. */
export interface Engine {
  command(profile: string, url: string): Promise<Command>
  close(): Promise<void>
}

export interface Command {
  readonly path: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

const OPENERS: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  Chromium: openChromium,
  Firefox: openFirefox,
  WebKitGTK: openWebKit,
}

/** Installs what is missing where it may. Throws what to install elsewhere. */
export function openEngine(name: EngineName): Promise<Engine> {
  return OPENERS[name]()
}

async function openChromium(): Promise<Engine> {
  const path = chromiumPath()
  return {
    command: async (profile, url) => ({
      path,
      args: ['--headless=new', ...LAUNCH_ARGUMENTS, `--user-data-dir=${profile}`, url],
    }),
    close: async () => {},
  }
}

/** Nobody asks, and nothing is fetched but what the page fetches. */
const FIREFOX_PREFERENCES = {
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.startup.max_resumed_crashes': -1,
  'toolkit.telemetry.enabled': false,
}

async function openFirefox(): Promise<Engine> {
  const { firefox } = await findPrograms({
    firefox: { commands: ['firefox-esr', 'firefox'], packages: ['firefox-esr'] },
  })
  const preferences = Object.entries(FIREFOX_PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)})\n`,
  )
  return {
    async command(profile, url) {
      await mkdir(profile, { recursive: true })
      await writeFile(join(profile, 'user.js'), preferences)
      const args = ['--headless', '--no-remote', '--profile', profile, url]
      return { path: firefox, args, environment: { HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' } }
    },
    close: async () => {},
  }
}

/** Under a WebDriver it would keep everything in memory: what a kill leaves is to be seen only without one. */
async function openWebKit(): Promise<Engine> {
  const { browser, xvfb } = await findPrograms({
    browser: {
      commands: ['MiniBrowser'],
      folders: ['/usr/lib/*/webkit2gtk-4.*', '/usr/libexec/webkit2gtk-4.*'],
      packages: ['libwebkit2gtk-4.1-0'],
    },
    xvfb: { commands: ['Xvfb'], packages: ['xvfb'] },
  })
  const display = await Display.open(xvfb)
  return {
    async command(profile, url) {
      const folders = { HOME: profile, XDG_DATA_HOME: join(profile, 'data'), XDG_CACHE_HOME: join(profile, 'cache') }
      for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true })
      return { path: browser, args: [url], environment: { ...folders, DISPLAY: display.name } }
    },
    close: () => display.close(),
  }
}
