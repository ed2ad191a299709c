import type { BenchResult } from './result.mjs'

export declare function keptResults(): Promise<readonly BenchResult[]>
