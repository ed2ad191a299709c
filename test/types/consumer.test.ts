import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { moduleEntries } from '../package/entries.js'

const FIXTURES = join(import.meta.dirname, 'consumer')
const TSC = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc')
const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith('.ts'))
const run = promisify(execFile)
const { app } = inject('installed')

const RESOLUTIONS = [
  { resolution: 'bundler', module: 'esnext' },
  { resolution: 'nodenext', module: 'nodenext' },
]

/** An app's folder with the given sources; answers the compiler's complaints, one a line. */
async function compile(
  name: string,
  options: { module: string; resolution: string },
  source?: string,
): Promise<string[]> {
  const folder = join(app, name)
  mkdirSync(folder)
  if (source === undefined) cpSync(FIXTURES, folder, { recursive: true })
  else writeFileSync(join(folder, 'index.ts'), source)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: compilerOptions(options) }))
  const args = [TSC, '--project', folder, '--pretty', 'false']
  const { stdout } = await run(process.execPath, args, { cwd: app }).catch(
    (error: { readonly stdout: string }) => error,
  )
  return stdout.split('\n').filter((line) => line !== '')
}

function compilerOptions({ module, resolution }: { module: string; resolution: string }) {
  return {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    module,
    moduleResolution: resolution,
    resolveJsonModule: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    noEmit: true,
  }
}

describe.each(RESOLUTIONS)(
  'an app with moduleResolution $resolution, lib es2022 and dom, skipLibCheck false',
  (options) => {
    let complaints: readonly string[] = []
    beforeAll(async () => {
      complaints = await compile(`app-${options.resolution}`, options)
    })

    test.each(fixtures)('%s -> right use compiles, wrong use does not', (fixture) => {
      expect(complaints.filter((line) => line.includes(`/${fixture}(`) && !line.includes('node_modules/'))).toEqual([])
    })

    test('the declarations stand on their own', () => {
      expect(complaints.filter((line) => !fixtures.some((fixture) => line.includes(`/${fixture}(`)))).toEqual([])
    })

    test('a wrong program -> the compiler says so', async () => {
      const source = "import { nothing } from 'plugdock'\nexport const used: string = nothing"
      expect(await compile(`wrong-${options.resolution}`, options, source)).toEqual([
        expect.stringMatching(/index\.ts\(1,10\): error TS\d+: .*'nothing'/),
      ])
    })
  },
)

test('every entry has a fixture', () => {
  const names = moduleEntries().map(
    (entry) => `${entry.replace(/^plugdock\/?/, '').replaceAll('/', '-') || 'index'}.ts`,
  )
  expect(fixtures).toEqual(expect.arrayContaining([...names, 'schema.ts']))
})
