/**
 * Finds a Chromium for tests, or makes one ready, and prints its path. In this order: `CHROME_PATH`; one on the PATH;
 * the one inside `@sparticuz/chromium`, unpacked into `node_modules/.cache`; Debian's own, where apt may be used.
 *
 *   node scripts/browser.mjs
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const CACHE = fileURLToPath(new URL('../node_modules/.cache/plugdock-chromium', import.meta.url))

/** @returns {Promise<string>} */
export async function findBrowser(env = process.env) {
  if (env.CHROME_PATH) return env.CHROME_PATH
  const installed = findOnPath(env.PATH)
  if (installed) return installed
  const failures = []
  for (const make of [unpackBundled, installFromDebian]) {
    try {
      return await make(env)
    } catch (error) {
      failures.push(`${make.name}: ${error.message}`)
    }
  }
  throw new Error(`There is no Chromium to test with. Set CHROME_PATH. ${failures.join('; ')}`)
}

function findOnPath(path = '') {
  return path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Linux on x64 only: that is what the package ships. */
async function unpackBundled() {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error(`nothing for ${process.platform}`)
  const root = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..')
  const { version } = JSON.parse(readFileSync(packageFile(root), 'utf8'))
  const folder = join(CACHE, version)
  const command = join(folder, 'chromium.sh')
  if (!existsSync(command)) await unpackInto(folder, join(dirname(packageFile(root)), 'bin'))
  const { status, stderr } = spawnSync(command, ['--version'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the bundled Chromium does not run: ${stderr}`)
  return command
}

/** The package's folder is one or two above its module, depending on the version. */
function packageFile(folder) {
  const file = join(folder, 'package.json')
  if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === '@sparticuz/chromium') return file
  return packageFile(dirname(folder))
}

/** Others may unpack at the same time: whoever is first wins, and nobody sees half of it. */
async function unpackInto(folder, bin) {
  await mkdir(CACHE, { recursive: true })
  const fresh = await mkdtemp(join(CACHE, 'unpacking-'))
  try {
    await unpackBrowser(join(bin, 'chromium.br'), join(fresh, 'chromium'))
    for (const archive of ['al2023', 'fonts', 'swiftshader']) await unpackArchive(join(bin, `${archive}.tar.br`), fresh)
    await writeFile(join(fresh, 'fonts.conf'), fontsConfig(folder))
    await writeFile(join(fresh, 'chromium.sh'), launcher(folder))
    await chmod(join(fresh, 'chromium.sh'), 0o755)
    await rename(fresh, folder).catch((error) => {
      if (!existsSync(join(folder, 'chromium.sh'))) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function unpackBrowser(from, to) {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }))
}

async function unpackArchive(from, folder) {
  const pieces = []
  const collect = new Writable({ write: (piece, _, done) => done(null, void pieces.push(piece)) })
  await pipeline(createReadStream(from), createBrotliDecompress(), collect)
  const { status, stderr } = spawnSync('tar', ['-xf', '-', '-C', folder], { input: Buffer.concat(pieces) })
  if (status !== 0) throw new Error(String(stderr))
}

/** Its libraries come last: what the system has, fits the system better. */
function launcher(folder) {
  const hasFonts = existsSync('/etc/fonts/fonts.conf')
  return `#!/bin/sh
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/usr/lib/x86_64-linux-gnu:/usr/lib64:${join(folder, 'lib')}:${folder}"
${hasFonts ? '' : `export FONTCONFIG_FILE="${join(folder, 'fonts.conf')}"\n`}exec "${join(folder, 'chromium')}" "$@"
`
}

function fontsConfig(folder) {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>
`
}

async function installFromDebian({ PATH }) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw new Error('needs root on Debian')
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] })
    if (status !== 0) throw new Error(`apt-get ${args[0]} failed`)
  }
  const path = findOnPath(PATH)
  if (!path) throw new Error('apt-get installed no chromium')
  return path
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(await findBrowser())
}
