import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { init, parse } from 'es-module-lexer'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { expect, inject, test } from 'vitest'

const installed = inject('installed')
const ATTW = join(import.meta.dirname, '../../node_modules/@arethetypeswrong/cli/dist/index.js')
const run = promisify(execFile)

test('publint -> nothing to complain about', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed.package, pack: false, strict: true })
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
})

test('are the types wrong -> not for importers', async () => {
  const args = [ATTW, installed.tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji']
  const complaint = await run(process.execPath, args).then(
    () => 'none',
    (error: { readonly stdout: string }) => error.stdout,
  )
  expect(complaint).toBe('none')
})

test('the tarball holds what users need, and nothing of the workshop', () => {
  const paths = readdirSync(installed.package, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  )
  for (const path of ['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/manifest.schema.json'])
    expect(paths).toContain(path)
  expect(paths.filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))).toEqual([])
  expect(paths.filter((path) => /^(src|test|stories|scripts|bench|node_modules|\.)/.test(path))).toEqual([])
})

test('the React entry is for the client, and its style sheet is one file', () => {
  expect(readFileSync(join(installed.package, 'dist/src/react/index.js'), 'utf8')).toMatch(/^'use client'/)
  const styles = readFileSync(join(installed.package, 'dist/src/react/styles.css'), 'utf8')
  expect(styles).toContain('.pd-card')
  expect(styles).toContain('--pd-accent')
  expect(styles).not.toContain('@import')
})

test('the command can be run', () => {
  expect(readFileSync(join(installed.package, 'dist/src/cli/main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  if (process.platform !== 'win32')
    expect(statSync(join(installed.package, 'dist/src/cli/main.js')).mode & 0o111).toBe(0o111)
})

test('the JSON schema names itself and its fields', () => {
  const schema: unknown = JSON.parse(readFileSync(join(installed.package, 'dist/manifest.schema.json'), 'utf8'))
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:plugdock:manifest:1',
    title: 'plugdock plugin manifest',
    required: ['manifestVersion', 'id', 'version', 'entry', 'bundle'],
  })
})

test("the engine's worker is one file that imports nothing, and bundlers find it by the literal", async () => {
  const folder = join(installed.package, 'dist/src/hosts/browser')
  await init
  const [imports] = parse(readFileSync(join(folder, 'engine.worker.js'), 'utf8'))
  expect(imports).toEqual([])
  expect(readFileSync(join(folder, 'createBrowserHost.js'), 'utf8')).toContain(
    "new Worker(new URL('./engine.worker.js', import.meta.url), { type: 'module' })",
  )
})

test('the entry for service workers is one file that imports nothing, so that an app without a bundler can copy it', async () => {
  await init
  const file = join(installed.package, 'dist/src/service-worker/index.js')
  const [imports] = parse(readFileSync(file, 'utf8'))
  expect(imports).toEqual([])
  expect(await import(pathToFileURL(file).href)).toMatchObject({ pluginFiles: expect.any(Function) })
})
