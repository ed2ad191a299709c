import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { PACKAGE_ALIASES } from './.storybook/packageAliases.js'

type Plugin = NonNullable<ViteUserConfig['plugins']>[number]

/**
 * Packages are resolved as Node resolves them for the process at hand. Vitest alone would always add the condition
 * `development`, so that XState's production build, the one that apps run, would never be tested.
 */
const conditions = ['node', ...conditionsOf(process.env.NODE_OPTIONS)]
const resolveAsNode: Plugin = {
  name: 'resolve-as-node',
  configResolved(config) {
    const environments = Object.values(config.environments).map((environment) => environment.resolve)
    for (const resolve of [config.ssr.resolve, ...environments]) Object.assign(resolve ?? {}, { conditions })
  },
}

function conditionsOf(nodeOptions = ''): string[] {
  return [...nodeOptions.matchAll(/(?:--conditions|-C)[= ](\S+)/g)].map(([, condition = '']) => condition)
}

function project(name: string, include: readonly string[], options: ViteUserConfig['test'] = {}) {
  return {
    plugins: [resolveAsNode],
    resolve: { alias: PACKAGE_ALIASES },
    test: { name, include: [...include], ...options },
  }
}

/** Storybook takes seconds to load, so it is loaded only for its own project. */
async function stories() {
  const { storybookTest } = await import('@storybook/addon-vitest/vitest-plugin')
  const { inChromium } = await import('./test/browser/chromium.js')
  return {
    plugins: [storybookTest({ configDir: join(import.meta.dirname, '.storybook') })],
    test: { name: 'stories', browser: inChromium(), setupFiles: ['.storybook/vitest.setup.ts'], testTimeout: 30_000 },
  }
}

/** What only tests in a browser need is loaded only for them. */
async function browser() {
  const { browserProject } = await import('./test/browser/browserProject.js')
  return browserProject()
}

/** The same, where React 18 stands in for what is installed. */
async function react18() {
  const { react18Project } = await import('./test/react18/react18Project.js')
  return react18Project()
}

const heavy: ViteUserConfig['test'] = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // one after the other: each wants a browser or a server, and much of the machine
  fileParallelism: false,
  // on a machine that others may keep busy: a second failure is one, and a retry is printed
  retry: 1,
}

/** Those that mostly wait for one browser run beside the others; the playground's share what it has packed. */
const heavyPages = [
  'backgroundFetch',
  'browserCrash*',
  'conditionsInChromium',
  'inspector',
  'laterParts',
  'playground*',
  'servedFiles',
  'storybook',
  'trialsInChromium',
].map((name) => `test/heavy/${name}.test.ts`)

/** By `--project`; without one, all are. */
function isAskedFor(name: string): boolean {
  const asked = process.argv.flatMap((argument, index, all) => {
    if (argument === '--project') return [all[index + 1] ?? '']
    return argument.startsWith('--project=') ? [argument.slice('--project='.length)] : []
  })
  return asked.length === 0 || asked.some((pattern) => pattern === name || /[!*]/.test(pattern))
}

export default defineConfig(async () => ({
  test: {
    // vitest would leave one core free, which on a machine of two is half of it
    maxWorkers: availableParallelism(),
    projects: [
      project('architecture', ['test/architecture.test.ts', 'test/architecture/**/*.test.ts']),
      // time is virtual in these: a busy machine is no reason to fail
      project('unit', ['test/unit/**/*.test.{ts,tsx}'], { testTimeout: 30_000, hookTimeout: 30_000 }),
      project('integration', ['test/integration/**/*.test.ts'], { testTimeout: 30_000, hookTimeout: 30_000 }),
      project('types', ['test/types/*.test.ts', 'test/package/*.test.ts'], {
        testTimeout: 60_000,
        hookTimeout: 60_000,
        globalSetup: ['test/package/installedPackage.ts'],
      }),
      ...(isAskedFor('browser') ? [await browser()] : []),
      ...(isAskedFor('react18') ? [await react18()] : []),
      ...(isAskedFor('stories') ? [await stories()] : []),
      project('heavy', ['test/heavy/**/*.test.ts'], { ...heavy, exclude: [...heavyPages] }),
      project('heavy-pages', heavyPages, heavy),
      project('engines', ['test/engines/**/*.test.ts'], heavy),
    ],
  },
}))
