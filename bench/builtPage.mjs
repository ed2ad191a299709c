import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { build } from 'vite'
import { findBrowser } from '../scripts/browser.mjs'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const QUIET = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update']

/** The page of a folder, built as an app would build it, in a Chromium of its own. */
export async function openBuiltPage(folder, { minify = true } = {}) {
  const outDir = await mkdtemp(join(tmpdir(), 'plugdock-page-'))
  const server = createServer((request, response) => void send(outDir, request.url, response))
  await build({
    root: fileURLToPath(folder),
    configFile: false,
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, minify },
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-sync', ...QUIET],
  })
  const close = async () => {
    await browser.close()
    server.close()
    await rm(outDir, { recursive: true, force: true })
  }
  try {
    const page = await browser.newPage({ viewport: { width: 1024, height: 800 } })
    page.on('pageerror', (error) => console.error(error))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await page.waitForLoadState('networkidle')
    return { browser, page, close }
  } catch (error) {
    await close()
    throw error
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
