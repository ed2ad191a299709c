/**
 * What each part may take, gzipped: an app that uses these `names` of `from`, or all of them, or a file as it is. `src/`
 * stands for the package's. `install` and `run` name what is imported when a plugin is installed, and when one is run. A
 * budget is half a kB more than what there is: who needs more says why in the same commit.
 */
export const BUDGETS = {
  'core with machines and the browser host': {
    from: 'src/hosts/browser/index.ts',
    names: ['createPluginDock'],
    install: ['src/dock/leading.ts', 'src/adapters/kyFetcher.ts'],
    run: ['src/dock/running.ts', 'src/actors/judging.ts'],
    budgetBytes: 74_100,
    installBytes: 113_900,
    everythingBytes: 173_700,
  },
  'the engine, in its worker': {
    entry: 'src/hosts/browser/engine.worker.ts',
    budgetBytes: 40_800,
  },
  'service worker': {
    from: 'src/service-worker/index.ts',
    budgetBytes: 34_400,
  },
  'react, all widgets': {
    from: 'src/react/index.ts',
    isWidget: true,
    budgetBytes: 44_400,
  },
  'react, the hooks alone': {
    from: 'src/react/index.ts',
    names: ['PluginDockProvider', 'useDownload', 'useDownloads', 'usePlugin', 'useSupervisor'],
    isWidget: true,
    budgetBytes: 6_700,
  },
  'react, a dock with its list of downloads': {
    from: 'src/react/index.ts',
    names: ['DockDownloadList', 'PluginDockProvider'],
    isWidget: true,
    budgetBytes: 26_000,
  },
  'react, the words in German': {
    from: 'src/react/german.ts',
    isWidget: true,
    budgetBytes: 7_600,
  },
  'react, DownloadCard alone': {
    from: 'src/react/index.ts',
    names: ['DownloadCard'],
    isWidget: true,
    budgetBytes: 13_000,
  },
}
