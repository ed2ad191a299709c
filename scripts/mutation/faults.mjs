import { inActors } from './faults/actors.mjs'
import { inEngine } from './faults/engine.mjs'
import { inMachines } from './faults/machines.mjs'
import { inAdapters, inDomain } from './faults/rest.mjs'

/**
 * The faults that `scripts/mutate.mjs` plants. Each replaces a text that stands in its file once; `tests` are those
 * that should notice, the quickest first.
 */
export const faults = [...inMachines, ...inEngine, ...inActors, ...inDomain, ...inAdapters]
