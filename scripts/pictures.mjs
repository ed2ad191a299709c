/**
 * Takes a picture of every widget in all its states: light, dark, from right to left, at 320 px and in forced colours.
 * Looks for the static Storybook of `npm run build:storybook`, and writes into a folder of its own.
 *
 *   node scripts/pictures.mjs [storybook-static] [pictures]
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { findBrowser } from './browser.mjs'
import { serveFolder } from './serveFolder.mjs'

const [book = 'storybook-static', folder = 'pictures'] = process.argv.slice(2)
const VARIANTS = [
  { name: 'light', globals: 'theme:light', width: 1180 },
  { name: 'dark', globals: 'theme:dark', width: 1180 },
  { name: 'rtl', globals: 'theme:light;locale:de;direction:rtl', width: 1180 },
  { name: '320', globals: 'theme:light', width: 320 },
  { name: '320-rtl-de', globals: 'theme:light;locale:de;direction:rtl', width: 320 },
  { name: 'forced', globals: 'theme:light', width: 1180, forcedColors: 'active' },
]
/** Sheets, and what is shown over the page and so has no sheet. */
const WANTED = [
  /--all-states$/,
  /^widgets-freespacedialog--(shown|only-pinned-is-left)$/,
  /^widgets-consentdialog--(shown|several-together)$/,
  /--menu-open$/,
  /centre--open$/,
]

/** Runs in the page: fades and moves are over; what turns without end goes on. */
function untilStill() {
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect?.getTiming().iterations !== Number.POSITIVE_INFINITY)
  return Promise.all(ending.map(({ finished }) => finished.catch(() => {})))
}

const { url: origin, close } = await serveFolder(book)
const { entries } = JSON.parse(await readFile(join(book, 'index.json'), 'utf8'))
const ids = Object.keys(entries).filter((id) => WANTED.some((pattern) => pattern.test(id)))
const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--no-sandbox'] })
await mkdir(folder, { recursive: true })
for (const id of ids) {
  for (const { name, globals, width, forcedColors } of VARIANTS) {
    const page = await browser.newPage({ viewport: { width, height: 800 }, forcedColors })
    await page.goto(`${origin}/iframe.html?id=${id}&viewMode=story&globals=${globals}`)
    // Storybook says so when the story and its play function are done
    await page.waitForSelector('body.sb-show-main .stage')
    await page.evaluate(untilStill)
    await page.screenshot({ path: join(folder, `${id}-${name}.png`), fullPage: true })
    await page.close()
  }
  console.log(id)
}
await browser.close()
await close()
