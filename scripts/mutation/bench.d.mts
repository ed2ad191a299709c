import type { PlantedFault } from './faults.mjs'
import type { PlantedTree } from './plantedTree.mjs'

export interface Bench {
  /** `unproven`: what failed, hung or died does so without the fault as well. */
  judge(fault: PlantedFault): Promise<{ readonly verdict: 'killed' | 'timed out' | 'survived' | 'unproven' }>
  close(): Promise<void>
}

/** `script`: what runs the tests, as warmVitest.mjs does. */
export declare function openBench(tree: PlantedTree, script?: string): Bench
