/**
 * What each part may take, gzipped. `src/` stands for the package's. A budget is a little more than what there is: who
 * needs more says why in the same commit.
 */
export const BUDGETS = {
  'core with machines and the browser host': {
    code: `export { createPluginDock } from 'src/hosts/browser/index.ts'`,
    budgetBytes: 150_000,
  },
  'service worker': {
    code: `export * from 'src/service-worker/index.ts'`,
    budgetBytes: 41_000,
  },
  'react, all widgets in two languages': {
    code: `export * from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 51_000,
  },
  'react, the hooks alone': {
    code: `export { PluginDockProvider, useDownload, useDownloads, usePlugin, useSupervisor } from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 23_000,
  },
  'react, DownloadCard alone': {
    code: `export { DownloadCard } from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 15_500,
  },
}
