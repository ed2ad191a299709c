/** What to pack, and as what. */
export interface PackOptions {
  /** A file, or a folder with everything in it: dotfiles and `node_modules` too, so give it what is to be shipped. */
  input: string
  /** The plugin's id, such as `acme.charts`. */
  id: string
  /** SemVer. */
  version: string
  /** What people call the plugin. */
  name?: string
  /** The file in the bundle that is imported. @default what the folder's package.json names, else `index.js`; of a file, its name */
  entry?: string
  /** Where bundle and manifest go; made if it is missing. @default '.' */
  outDir?: string
  /** Bytes a chunk. @default 131072 */
  chunkLength?: number
  /** Aborting removes what was written so far and rejects with a `CancelledError`. */
  signal?: AbortSignal
}
