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
  'react, all widgets': {
    code: `export * from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 45_600,
  },
  'react, the hooks alone': {
    code: `export { PluginDockProvider, useDownload, useDownloads, usePlugin, useSupervisor } from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 5_850,
  },
  'react, a dock with its list of downloads': {
    code: `export { DockDownloadList, PluginDockProvider } from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 27_150,
  },
  'react, the words in German': {
    code: `export * from 'src/react/german.ts'`,
    isWidget: true,
    budgetBytes: 6_980,
  },
  'react, DownloadCard alone': {
    code: `export { DownloadCard } from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 12_550,
  },
}
