/** What our adapter imports. */
export const LOCALFORAGE: string

/** The text of an ES module: localforage without the drivers that ours replace. */
export function coreOfLocalforage(): Promise<string>

/** A plugin for Vite: what is tested from the source gets what `dist` has. */
export function withLocalforageCore(): {
  readonly name: string
  readonly enforce: 'pre'
  resolveId(source: string): string | undefined
  load(id: string): Promise<string> | undefined
}
