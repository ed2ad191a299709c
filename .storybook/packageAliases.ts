import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const ENTRIES = {
  plugdock: 'src/index.ts',
  'plugdock/browser': 'src/hosts/browser/index.ts',
  'plugdock/machines': 'machines/index.ts',
  'plugdock/node': 'src/hosts/node/index.ts',
  'plugdock/react': 'src/react/index.ts',
  'plugdock/react/german': 'src/react/german.ts',
  'plugdock/react/styles.css': 'src/react/styles.css',
  'plugdock/testing': 'src/testing/index.ts',
}

/** Examples import the package by its name, as apps do: these lead to the sources, so that nothing has to be built. */
export const PACKAGE_ALIASES = Object.entries(ENTRIES).map(([name, path]) => ({
  find: new RegExp(`^${name}$`),
  replacement: join(ROOT, path),
}))
