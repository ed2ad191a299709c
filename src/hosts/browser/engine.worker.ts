/** The engine's dedicated worker: bytes are fetched, hashed and written here, away from the page's thread. */
import { createSystemClock } from '../../adapters/systemClock.js'
import { serveEngine } from './engineServer.js'
import type { Endpoint } from './wire.js'

serveEngine(globalThis as unknown as Endpoint, createSystemClock()) // reason: a worker's scope, unknown to the DOM library
