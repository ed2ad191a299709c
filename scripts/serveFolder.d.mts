export interface ServedFolder {
  /** Without a slash at its end. */
  readonly url: string
  close(): Promise<void>
}

export function serveFolder(folder: string): Promise<ServedFolder>
