/** The engine's worker in a browser that does not let it have files. */
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { serveEngine } from '../../src/hosts/browser/engineServer.js'
import type { Endpoint } from '../../src/hosts/browser/wire.js'

const refuse = () => Promise.reject(new DOMException('Storage directory access is denied.', 'SecurityError'))
Object.defineProperty(navigator.storage, 'getDirectory', { value: refuse })
serveEngine(globalThis as unknown as Endpoint, createSystemClock()) // reason: a worker's scope
