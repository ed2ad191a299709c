export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** What a bench writes with `--json`, and keeps with `--keep`. */
export interface BenchResult {
  readonly bench: string
  readonly commit: string
  readonly date: string
  readonly machine: Readonly<Record<string, string | number>>
  readonly load: { readonly before: number; readonly after: number }
  readonly beside: string
  readonly options: Readonly<Record<string, unknown>>
  readonly notes: readonly string[]
  readonly sections: readonly {
    readonly title: string
    readonly over?: string
    readonly plotted?: string
    readonly ours: readonly string[]
    readonly rows: readonly { readonly name: string; readonly figures: Readonly<Record<string, Spread>> }[]
    readonly goals: readonly {
      readonly goal: string
      readonly limit: number
      readonly row: string
      readonly figure?: string
      readonly overBestOf?: readonly string[]
      readonly measured: Spread
    }[]
  }[]
}
