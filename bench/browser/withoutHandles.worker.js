/** The engine's worker in a browser whose handles cannot be shared by readers: they read `File`s. */
import '../../dist/src/hosts/browser/engine.worker.js'

delete globalThis.FileSystemSyncAccessHandle.prototype.mode
