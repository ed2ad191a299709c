import { createSystemClock } from '../../src/adapters/systemClock.js'
import { startWorkerEngine, type WorkerEngine, type WorkerEngineOptions } from '../../src/hosts/browser/workerEngine.js'

/** The real worker, from its source. */
export function createWorker(): Worker {
  return new Worker(new URL('../../src/hosts/browser/engine.worker.ts', import.meta.url), { type: 'module' })
}

/** A started engine over the folder of `name`. */
export async function startEngine(name: string, part: Partial<WorkerEngineOptions> = {}): Promise<WorkerEngine> {
  const timers = createSystemClock()
  const engine = await startWorkerEngine({
    name,
    timers,
    createWorker,
    allowedOrigins: undefined,
    asksHeaders: false,
    ...part,
  })
  await engine.open()
  return engine
}

/** The folder that the engine of `name` keeps its files in. */
export async function folderOf(name: string, folder: 'bundles' | 'partials'): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  const docks = await root.getDirectoryHandle('plugdock', { create: true })
  const dock = await docks.getDirectoryHandle(name, { create: true })
  return dock.getDirectoryHandle(folder, { create: true })
}

export async function removeFolderOf(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory()
  const docks = await root.getDirectoryHandle('plugdock', { create: true })
  await docks.removeEntry(name, { recursive: true }).catch(() => {})
}

/** A new name for a dock that nobody else has. */
export function freshName(): string {
  return `test-${crypto.randomUUID()}`
}

/** Writes a file as neither the worker nor the page would. */
export async function writeForeign(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array<ArrayBuffer>) {
  const file = await folder.getFileHandle(name, { create: true })
  const writable = await file.createWritable()
  await writable.write(bytes)
  await writable.close()
}
