import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, inject, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const GUIDES = join(ROOT, 'stories/guides')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const run = promisify(execFile)
const folder = join(inject('installed').app, 'guides')

let complaints: string
beforeAll(async () => {
  await mkdir(folder)
  await cp(join(GUIDES, 'examples'), folder, { recursive: true })
  // what an app that uses these has installed itself
  for (const types of ['node', 'react-dom'])
    await cp(join(ROOT, 'node_modules/@types', types), join(folder, 'node_modules/@types', types), { recursive: true })
  await cp(join(ROOT, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'), { recursive: true })
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  const args = [TSC, '--project', folder, '--pretty', 'false']
  const { stdout } = await run(process.execPath, args, { cwd: folder }).catch((error: { stdout: string }) => error)
  complaints = stdout
})

const compilerOptions = {
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: ['node'],
  module: 'nodenext',
  jsx: 'react-jsx',
  strict: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  outDir: 'out',
}

test('the examples of the guides, in an app that has the package -> they compile', () => {
  expect(complaints).toBe('')
})

test('the example that tests an integration -> its tests pass', async () => {
  const { stdout } = await run(process.execPath, ['--test', join(folder, 'out/integration.test.js')], { cwd: folder })
  expect(stdout).toMatch(/pass 3\n/)
  expect(stdout).toMatch(/fail 0\n/)
})

test('every example is shown in a guide, and a guide shows no code of its own', async () => {
  const names = (await readdir(GUIDES)).filter((name) => name.endsWith('.mdx'))
  const pages = (await Promise.all(names.map((name) => readFile(join(GUIDES, name), 'utf8')))).join('\n')
  const examples = (await readdir(join(GUIDES, 'examples'), { recursive: true })).filter((name) => /\.\w+$/.test(name))
  expect(examples.length).toBeGreaterThan(5)
  expect(examples.filter((name) => !pages.includes(`'./examples/${name.replaceAll('\\', '/')}?raw'`))).toEqual([])
  expect(pages.match(/^```(?!sh$)\w+$/gm) ?? []).toEqual([])
})
