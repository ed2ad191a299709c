import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { chromium } from 'playwright'
import { build } from 'vite'
import { findBrowser } from '../../scripts/browser.mjs'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript' }

/** The figures of each count, from a page that is built as an app would build it. */
export async function measureInChromium(counts) {
  const outDir = await mkdtemp(join(tmpdir(), 'plugdock-scale-'))
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const server = createServer((request, response) => void send(outDir, request.url, response))
  try {
    await build({
      root: import.meta.dirname,
      configFile: false,
      logLevel: 'warn',
      build: { outDir, emptyOutDir: true },
    })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await page.waitForFunction(() => globalThis.measureScale)
    const measured = []
    for (const count of counts) measured.push(await page.evaluate((n) => globalThis.measureScale(n), count))
    return measured
  } finally {
    server.close()
    await browser.close()
    await rm(outDir, { recursive: true, force: true })
  }
}

async function send(folder, url, response) {
  const { pathname } = new URL(url, 'http://page.test')
  try {
    const bytes = await readFile(join(folder, pathname === '/' ? 'index.html' : pathname))
    response.writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'text/html' }).end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}
