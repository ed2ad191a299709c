import type { Bytes } from '../../../src/domain/bytes.js'
import type { ByteSource, Fetcher, FetchRequest } from '../../../src/ports/fetcher.js'

/** Counts what is read of bundles, by itself: what progress says is held against it. */
export interface Audit {
  /** The fetcher with every read counted. Documents, which are asked for without a range at first, are not. */
  watch(fetcher: Fetcher): Fetcher
  /** Of bundles whose URL holds `part`. */
  bytesRead(part?: string): number
  /** Settles when so many bytes of bundles were read in all. */
  untilRead(bytes: number): Promise<void>
  /** Settles when somebody waits for bytes of a bundle. */
  untilReading(): Promise<void>
  /** Called after every read. */
  onRead: () => void
}

export function createAudit(): Audit {
  const read = new Map<string, number>()
  const waiting = new Set<() => void>()
  let reads = 0
  const bytesRead = (part = '') =>
    [...read].filter(([url]) => url.includes(part)).reduce((sum, [, bytes]) => sum + bytes, 0)
  const until = (isReached: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isReached()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const tell = () => {
    for (const look of [...waiting]) look()
  }
  const audit: Audit = {
    watch: (fetcher) => ({
      async open(request) {
        const answer = await fetcher.open(request)
        return isDocument(request) ? answer : { ...answer, body: counted(answer.body, request.url) }
      },
    }),
    bytesRead,
    untilRead: (bytes) => until(() => bytesRead() >= bytes),
    untilReading: () => until(() => reads > 0),
    onRead: () => {},
  }
  const counted = (body: ByteSource, url: string): ByteSource => ({
    async readInto(target: Bytes) {
      const reading = body.readInto(target)
      reads++
      tell()
      const count = await reading.finally(() => reads--)
      read.set(url, (read.get(url) ?? 0) + count)
      // whoever waits goes on when the reader has counted them, too
      setImmediate(() => {
        audit.onRead()
        tell()
      })
      return count
    },
    cancel: () => body.cancel(),
  })
  return audit
}

function isDocument({ url }: FetchRequest): boolean {
  return new URL(url).pathname.endsWith('.json')
}
