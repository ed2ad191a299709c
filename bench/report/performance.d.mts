import type { BenchResult } from './result.mjs'

export declare function performanceSection(results: readonly BenchResult[]): string
export declare function missedGoals(results: readonly BenchResult[]): readonly string[]
export declare function performancePlot(results: readonly BenchResult[]): string
