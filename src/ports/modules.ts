/** Makes importable modules of verified source text. */
export interface ModuleLoader {
  /** A place for the modules of one loaded version. */
  createScope(): Promise<ModuleScope>
}

/**
 * `publish` is called leaves first: what `code` imports was published before, and relative specifiers in it were
 * replaced by what `publish` returned for them, unless `keepsRelativeSpecifiers`, where `path` decides.
 */
export interface ModuleScope {
  /** Whether modules published under paths find each other by relative specifiers, cycles included. */
  readonly keepsRelativeSpecifiers: boolean
  /** Whether a plugin's `node:` imports may reach the platform. @default false */
  readonly allowsBuiltins?: boolean
  /** `edits`: what made `code` of the bundle's file at `path`. Absent where `code` is no file of the bundle. */
  publish(path: string, code: string, edits?: readonly CodeEdit[]): Promise<string>
  import(specifier: string): Promise<unknown>
  close(): Promise<void>
}

/** A part of a text, by its offsets, and what takes its place. */
export interface CodeEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}
