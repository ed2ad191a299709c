/** Vite's way to bundle a worker. */
declare module 'plugdock/browser/engine.worker.js?worker' {
  const EngineWorker: new () => Worker
  export = EngineWorker
}
