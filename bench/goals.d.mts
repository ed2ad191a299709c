import type { Spread } from './report/result.mjs'

export interface Goal {
  readonly work: string
  readonly over?: string
  readonly limit: number
  readonly firstLimit?: number
  readonly unit?: string
  readonly judged?: 'median' | 'max'
  readonly whereTheTimeGoes?: string
}

export declare const GOALS: Readonly<Record<string, Goal>>
export declare function goalOf(name: string): Goal
export declare function isReached(name: string, measured: Spread): boolean
export declare function measuredInWords(name: string, measured: Spread): string
