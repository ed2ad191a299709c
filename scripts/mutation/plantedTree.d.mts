import type { PlantedFault } from './faults.mjs'

export interface PlantedTree {
  readonly directory: string
  /** Gives back what takes the fault out again. */
  plant(fault: Pick<PlantedFault, 'file' | 'find' | 'replace'>): Promise<() => Promise<void>>
  remove(): Promise<void>
}

export declare function makeTree(root: string): Promise<PlantedTree>
export declare function planted(text: string, fault: Pick<PlantedFault, 'file' | 'find' | 'replace'>): string
