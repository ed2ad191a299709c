export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly name: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

export declare const NOTHING: Tally
export declare function tallyOf(report: Report | undefined, status: number | null): Tally
export declare function failuresOf(report: Report | undefined, status: number | null, suite: string): string[]
export declare function addTallies(left: Tally, right: Tally): Tally
export declare function closingLine(tally: Tally): string
