/** The engine's worker in a browser whose handles cannot be shared by readers: they read `File`s. */
import 'plugdock/browser/engine.worker.js'

delete globalThis.FileSystemSyncAccessHandle.prototype.mode
