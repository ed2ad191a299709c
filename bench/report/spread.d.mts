import type { Spread } from './result.mjs'

export declare function spread(samples: readonly number[]): Spread
export declare function inWords(spread: Spread, moreDigits?: number): string
