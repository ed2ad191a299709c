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

/**
 * The page of a folder, built as an app would build it, in a Chromium of its own. `serve`: serves the folder where the
 * page lies, instead of a server of this process; answers where. `keepsFiles`: in a window with a profile on disk, as a
 * user's is; a private one, which is the default, keeps files in the browser's memory.
 */
export async function openBuiltPage(folder, { minify = true, serve = serveHere, keepsFiles = false, args = [] } = {}) {
  const outDir = await mkdtemp(join(tmpdir(), 'plugdock-page-'))
  const site = join(outDir, 'site')
  const opened = [() => rm(outDir, { recursive: true, force: true })]
  const close = async () => {
    for (const end of opened.toReversed()) await end()
  }
  try {
    await build({
      root: fileURLToPath(folder),
      configFile: false,
      logLevel: 'error',
      build: { outDir: site, emptyOutDir: true, minify },
    })
    const server = await serve(site)
    opened.push(server.close)
    const browser = await openBrowser(keepsFiles && join(outDir, 'profile'), args)
    opened.push(browser.close)
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(error))
    await page.goto(server.url)
    await page.waitForLoadState('networkidle')
    if (!(await page.evaluate(isStyled)))
      throw new Error('The page lacks its styles: what it shows costs something else')
    return { browser: page.context().browser(), page, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** In the page. Styles that a server gives another type are refused. */
function isStyled() {
  return [...document.querySelectorAll('link[rel=stylesheet]')].every(({ sheet }) => sheet?.cssRules.length > 0)
}

async function openBrowser(profile, more) {
  const launch = {
    executablePath: await findBrowser(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-sync', ...QUIET, ...more],
  }
  const viewport = { width: 1024, height: 800 }
  if (!profile) {
    const browser = await chromium.launch(launch)
    return { newPage: () => browser.newPage({ viewport }), close: () => browser.close() }
  }
  const context = await chromium.launchPersistentContext(profile, { ...launch, viewport })
  return { newPage: () => context.newPage(), close: () => context.close() }
}

async function serveHere(folder) {
  const server = createServer((request, response) => void send(folder, request.url, response))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}/`, close: async () => void server.close() }
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
