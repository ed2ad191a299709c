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
  /**
   * Bytes a chunk, for chunks of one length. @default chunks of 32 to 256 KiB, 128 KiB on average, that end where the
   * content says so: an update then fetches the chunks around what changed. Bundles of more than about 2.5 GiB get
   * longer ones, because a manifest has to hold their list
   */
  chunkLength?: number
  /** Private keys (PEM, PKCS#8) that sign the manifest. @default none: it is not signed */
  privateKeys?: readonly string[]
  /** Aborting removes what was written so far and rejects with a `CancelledError`. */
  signal?: AbortSignal
}
