import { execFile } from 'node:child_process'
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { install } from '../package/installedPackage.js'

const ROOT = join(import.meta.dirname, '../..')
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc')
const LOCKED = join(import.meta.dirname, 'mobileTypes')
const run = promisify(execFile)

let app: string

/** An app that has Expo's, React Native's and Capacitor's real packages, our tarball, our sources and the examples. */
beforeAll(async () => {
  app = await realpath(await mkdtemp(join(tmpdir(), 'plugdock-mobile-')))
  await install(app)
  await addNativePackages()
  for (const folder of ['src', 'machines']) {
    // what stands for the packages here stays here
    const isOurs = (path: string) => !path.endsWith('native.d.ts')
    await cp(join(ROOT, folder), join(app, 'ours', folder), { recursive: true, filter: isOurs })
  }
  for (const example of ['expo', 'capacitor']) {
    const isSource = (path: string) => !path.includes('node_modules')
    await cp(join(ROOT, 'examples', example), join(app, 'examples', example), { recursive: true, filter: isSource })
  }
  await copyFile(join(ROOT, 'tsconfig.json'), join(app, 'ours/tsconfig.base.json'))
})
afterAll(() => rm(app, { recursive: true, force: true }))

/** What the lock names, and not the empty packages that stand for what no types need. */
async function addNativePackages(): Promise<void> {
  const native = join(app, 'native')
  await cp(LOCKED, native, { recursive: true })
  const options = { cwd: native, shell: process.platform === 'win32' }
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options)
  const { packages } = JSON.parse(await readFile(join(native, 'package-lock.json'), 'utf8')) as Lockfile // reason: npm's own file
  for (const [path, { link }] of Object.entries(packages)) {
    if (link || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue
    await rm(join(app, path), { recursive: true, force: true })
    await mkdir(dirname(join(app, path)), { recursive: true })
    await rename(join(native, path), join(app, path))
  }
}

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly link?: boolean }>>
}

/** Of a folder of the app; nothing where all is right. */
async function complaintsAbout(folder: string): Promise<readonly string[]> {
  const checked = run(process.execPath, [COMPILER, '-p', join(app, folder), '--noEmit', '--pretty', 'false'], {
    cwd: app,
  })
  const { stdout } = await checked.catch((error: { readonly stdout: string }) => error)
  return stdout.split('\n').filter((line) => line !== '')
}

async function complaintsAboutOurs(file: string): Promise<readonly string[]> {
  const folder = join(app, 'ours', file.replaceAll(/\W/g, '-'))
  await mkdir(folder, { recursive: true })
  const options = {
    extends: '../tsconfig.base.json',
    // as Metro and Vite find modules
    compilerOptions: { types: [], module: 'esnext', moduleResolution: 'bundler' },
    files: [`../${file}`],
    include: [],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options))
  return complaintsAbout(folder.slice(app.length + 1))
}

describe('with the real packages of Expo and Capacitor', () => {
  test.each(['src/hosts/expo/nativeModules.ts', 'src/hosts/capacitor/nativeModules.ts'])(
    '%s -> they are what we take them for',
    async (file) => {
      expect(await complaintsAboutOurs(file)).toEqual([])
    },
  )

  test.each([
    ["export { readBytes } from 'expo-file-system'", "no exported member 'readBytes'"],
    ["import { Network } from '@capacitor/network'\nvoid Network.getStatus(1)", 'Expected 0 arguments'],
    ["import { AppState } from 'react-native'\nAppState.addEventListener('closed', () => {})", 'not assignable'],
  ])('%j -> refused, by their types', async (code, complaint) => {
    await writeFile(join(app, 'ours/wrong.ts'), `${code}\n`)
    expect(await complaintsAboutOurs('wrong.ts')).toEqual(expect.arrayContaining([expect.stringContaining(complaint)]))
  })

  test.each(['expo', 'capacitor'])('examples/%s -> compiles against the packed tarball', async (example) => {
    expect(await complaintsAbout(join('examples', example))).toEqual([])
  })
})

describe("with Hermes' compiler", () => {
  test('the entry for Expo, as Metro rewrites it -> byte code', async () => {
    const code = await bundled()
    expect(await hermesComplaintsAbout(code)).toEqual([])
  })

  test('what Hermes does not know -> refused', async () => {
    expect(await hermesComplaintsAbout('async function* pieces() {}')).toEqual([
      expect.stringContaining('async generators are unsupported'),
    ])
  })
})

/** In one file, without async generators: those Metro rewrites too. */
async function bundled(): Promise<string> {
  const outDir = join(app, 'bundled')
  await build({
    configFile: false,
    logLevel: 'error',
    root: app,
    build: {
      outDir,
      minify: false,
      target: 'es2017',
      lib: {
        entry: join(app, 'node_modules/plugdock/dist/src/hosts/expo/index.js'),
        formats: ['cjs'],
        fileName: 'expo',
      },
      rollupOptions: { external: [/^expo/, 'react-native'] },
    },
  })
  const [name = ''] = await readdir(outDir)
  return readFile(join(outDir, name), 'utf8')
}

async function hermesComplaintsAbout(code: string): Promise<readonly string[]> {
  const folder = { darwin: 'osx-bin', win32: 'win64-bin' }[process.platform as string] ?? 'linux64-bin' // reason: any platform
  const compiler = join(app, 'node_modules/hermes-compiler/hermesc', folder, 'hermesc')
  const source = join(app, 'source.js')
  await writeFile(source, code)
  const compiled = run(compiler, ['-w', '-O', '-emit-binary', '-out', join(app, 'source.hbc'), source])
  const { stderr } = await compiled.catch((error: { readonly stderr: string }) => error)
  return stderr.split('\n').filter((line) => line.includes('error:'))
}
