import type { StorybookConfig } from '@storybook/react-vite'
import { PACKAGE_ALIASES } from './packageAliases.js'

const config: StorybookConfig = {
  stories: ['../stories/**/*.mdx', '../stories/**/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-vitest', '@storybook/addon-a11y'],
  framework: '@storybook/react-vite',
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // docgen reads the compiler's old interface, which TypeScript 7 no longer has
  typescript: { reactDocgen: false, check: false },
  viteFinal: (vite) => ({ ...vite, resolve: { ...vite.resolve, alias: [...aliasesOf(vite), ...PACKAGE_ALIASES] } }),
}

type Vite = Parameters<NonNullable<StorybookConfig['viteFinal']>>[0]

/** Storybook may give its own as a record. */
function aliasesOf({ resolve: { alias = [] } = {} }: Vite) {
  return Array.isArray(alias) ? alias : Object.entries(alias).map(([find, replacement]) => ({ find, replacement }))
}

export default config
