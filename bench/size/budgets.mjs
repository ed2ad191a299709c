/**
 * What each part may take, gzipped. `src/` stands for the package's. `install` and `run` name what is imported when a
 * plugin is installed, and when one is run. A budget is a hundredth more than what there is: who needs more says why in
 * the same commit.
 */
export const BUDGETS = {
  'core with machines and the browser host': {
    code: `export { createPluginDock } from 'src/hosts/browser/index.ts'`,
    install: ['src/dock/leading.ts', 'src/adapters/kyFetcher.ts'],
    run: ['src/dock/running.ts', 'src/actors/judging.ts'],
    budgetBytes: 86_800,
    installBytes: 126_900,
  },
  'the engine, in its worker': {
    entry: 'src/hosts/browser/engine.worker.ts',
    budgetBytes: 40_800,
  },
  'service worker': {
    code: `export * from 'src/service-worker/index.ts'`,
    budgetBytes: 39_900,
  },
  'react, all widgets': {
    code: `export * from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 46_950,
  },
  'react, the hooks alone': {
    code: `export { PluginDockProvider, useDownload, useDownloads, usePlugin, useSupervisor } from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 6_680,
  },
  'react, a dock with its list of downloads': {
    code: `export { DockDownloadList, PluginDockProvider } from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 28_280,
  },
  'react, the words in German': {
    code: `export * from 'src/react/german.ts'`,
    isWidget: true,
    budgetBytes: 7_050,
  },
  'react, DownloadCard alone': {
    code: `export { DownloadCard } from 'src/react/index.ts'`,
    isWidget: true,
    budgetBytes: 12_670,
  },
}
