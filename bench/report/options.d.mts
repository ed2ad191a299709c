interface CommonOptions {
  readonly rounds: number
  readonly json: string
  readonly plot: string
  readonly keep: boolean
  readonly beside: string
}

export declare function benchOptions<Own extends Readonly<Record<string, string | number | boolean>>>(
  own?: Own,
  args?: readonly string[],
): CommonOptions & { readonly [Name in keyof Own]: Own[Name] extends number ? number : Own[Name] }
