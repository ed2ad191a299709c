/** The engine's dedicated worker: bytes are fetched, hashed and written here, away from the page's thread. */
import { createSystemClock } from '../../adapters/systemClock.js'
import { createWebCryptoDigester } from '../../adapters/webCryptoDigester.js'
import { serveEngine } from './engineServer.js'
import { HASHING_WORKER, serveHashing } from './hashingWorker.js'
import type { Endpoint } from './wire.js'

const scope = globalThis as unknown as Endpoint & { readonly name: string } // reason: a worker's, unknown to the DOM library
if (scope.name === HASHING_WORKER) serveHashing(scope, createWebCryptoDigester())
else serveEngine(scope, createSystemClock())
