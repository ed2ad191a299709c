/** The installed bundles whose files are not there or not as they were published, by address, each in words. */
export function damagedIn(
  directory: string,
  /** SHA-256 in hex, by `<id> <version>`. */
  hashes: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>>
