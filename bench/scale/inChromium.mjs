import { openBuiltPage } from '../builtPage.mjs'

/** The figures of each count, from a page that is built as an app would build it. */
export async function measureInChromium(counts) {
  const { page, close } = await openBuiltPage(new URL('.', import.meta.url))
  try {
    await page.waitForFunction(() => globalThis.measureScale)
    const measured = []
    for (const count of counts) measured.push(await page.evaluate((n) => globalThis.measureScale(n), count))
    return measured
  } finally {
    await close()
  }
}
