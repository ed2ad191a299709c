export declare function inParts<T>(
  parts: Readonly<Record<string, { readonly maxMs: number; readonly run: (opened: T) => Promise<void> }>>,
  options: {
    readonly open: () => Promise<T>
    readonly close: (opened: T) => Promise<void>
    readonly onFailure: (name: string, error: unknown) => void
  },
): Promise<void>
