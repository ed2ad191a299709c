import { type Browser, chromium } from 'playwright'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../browser/chromium.js'

/** WebGL in software, so that it is there on every machine. */
const WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: [...LAUNCH_ARGUMENTS, ...WEBGL] })
}
