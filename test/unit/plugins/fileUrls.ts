import type { FileUrls } from '../../../src/ports/host.js'

/** URLs as a page has them, and what lies under each. */
export class PublishedUrls implements FileUrls {
  readonly live = new Map<string, Blob>()
  #published = 0

  publish(blob: Blob): string {
    const url = `blob:${++this.#published}`
    this.live.set(url, blob)
    return url
  }

  revoke(url: string): void {
    this.live.delete(url)
  }
}
