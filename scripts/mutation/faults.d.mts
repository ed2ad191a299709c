export interface PlantedFault {
  readonly name: string
  readonly file: string
  /** Stands in the file once. */
  readonly find: string
  readonly replace: string
  readonly why: string
  /** Those that should notice, the quickest first. */
  readonly tests: readonly string[]
  /** Why nothing can notice. */
  readonly survives?: string
}

export declare const faults: readonly PlantedFault[]
