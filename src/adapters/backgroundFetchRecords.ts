import { type Bytes, equalBytes } from '../domain/bytes.js'
import type { OpenBundle } from '../domain/openBundles.js'
import { isAllowedOrigin } from '../domain/origins.js'
import { type Timers, withinTime } from '../domain/timeLimit.js'
import type { Digester } from '../ports/digester.js'
import type { BackgroundFetchRecord } from './backgroundFetchPlatform.js'
import { makeFile, openFolder } from './opfsFiles.js'
import { pieceName } from './opfsPieces.js'

export interface KeepOptions {
  /** The dock's. */
  readonly name: string
  readonly digester: Pick<Digester, 'digest'>
  readonly timers: Timers
  readonly bundles: readonly OpenBundle[]
  /** Where downloads may come from; `undefined`: as if nothing was said. */
  readonly allowedOrigins: readonly string[] | undefined
}

/** An answer, and what was asked for. */
interface Came {
  readonly body: Blob
  readonly offset: number
  readonly length: number
}

/** What has come is there at once; the rest of a fetch that a page has ended stays open for ever. */
const RECORD_LIMIT_MS = 250

/**
 * Hashes what a fetch that is over has brought, and keeps the good chunks as pieces beside the partials: whatever the
 * server answered, and of whichever records there are.
 */
export async function keepFetched(records: readonly BackgroundFetchRecord[], options: KeepOptions): Promise<void> {
  // first of all: a record that never came rejects at once
  const answers = await Promise.all(records.map((record) => answerOf(record, options.timers)))
  const folder = await openFolder(await navigator.storage.getDirectory(), ['plugdock', options.name, 'partials'])
  for (const answer of answers) {
    const came = answer && mayCome(answer, options) ? await read(answer) : undefined
    if (came) await keepRecord(came, folder, options)
  }
}

interface Answer {
  readonly request: Request
  readonly response: Response
}

/** `undefined` where it never came. */
async function answerOf(
  { request, responseReady }: BackgroundFetchRecord,
  timers: Timers,
): Promise<Answer | undefined> {
  try {
    const onLate = () => new Error('It has not come')
    return { request, response: await withinTime(responseReady, { timers, limitMs: RECORD_LIMIT_MS, onLate }) }
  } catch {
    return undefined
  }
}

/** A browser follows redirects by itself: where they led it tells afterwards. */
function mayCome({ request, response }: Answer, { allowedOrigins }: KeepOptions): boolean {
  const [asked, found] = [new URL(request.url), new URL(response.url || request.url)]
  return isAllowedOrigin(found, allowedOrigins) && (asked.protocol !== 'https:' || found.protocol === 'https:')
}

async function read({ request, response }: Answer): Promise<Came | undefined> {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '') ?? []
  if (first === undefined) return undefined
  try {
    return { body: await response.blob(), offset: Number(first), length: Number(last) - Number(first) + 1 }
  } catch {
    // the browser lost it
    return undefined
  }
}

async function keepRecord(came: Came, folder: FileSystemDirectoryHandle, options: KeepOptions): Promise<void> {
  const digests = new Digests(came.body, options.digester)
  for (const bundle of options.bundles) {
    const isOnly = options.bundles.length === 1
    for (const run of await goodRuns(came, bundle, digests, isOnly)) {
      const start = startIn(came, bundle) + bundle.map.offset(run.first) - came.offset
      const body = came.body.slice(start, start + bundle.map.run(run.first, run.last).length)
      await write(folder, pieceName(bundle.partialKey, run.first), body)
    }
  }
}

/** Chunks of the bundle that the answer has whole and undamaged. Of several bundles, it is of one whose first chunk fits. */
async function goodRuns(
  came: Came,
  { partialKey, map }: OpenBundle,
  digests: Digests,
  isOnly: boolean,
): Promise<readonly { readonly first: number; readonly last: number }[]> {
  const runs: { first: number; last: number }[] = []
  const start = map.indexAt(came.offset)
  if (came.offset >= map.size || map.offset(start) !== came.offset) return runs
  const shift = startIn(came, { partialKey, map }) - came.offset
  for (let index = start; index < map.count && map.offset(index + 1) <= came.offset + came.length; index++) {
    const isGood = equalBytes(await digests.of(map.offset(index) + shift, map.length(index)), map.digest(index))
    if (!isGood && index === start && !isOnly) return runs
    const before = runs.at(-1)
    if (isGood && before?.last === index - 1) before.last = index
    else if (isGood) runs.push({ first: index, last: index })
  }
  return runs
}

/** Where the first byte that was asked for lies in the answer: servers that know no ranges send everything. */
function startIn({ body, offset, length }: Came, { map }: OpenBundle): number {
  return body.size === map.size && body.size !== length ? offset : 0
}

/** Of parts of one body, each hashed once: bundles are often cut alike. */
class Digests {
  readonly #body: Blob
  readonly #digester: Pick<Digester, 'digest'>
  readonly #first = new Map<string, Bytes>()

  constructor(body: Blob, digester: Pick<Digester, 'digest'>) {
    this.#body = body
    this.#digester = digester
  }

  async of(offset: number, length: number): Promise<Bytes> {
    const key = `${offset} ${length}`
    const known = this.#first.get(key)
    if (known) return known
    const bytes = new Uint8Array(await this.#body.slice(offset, offset + length).arrayBuffer())
    const digest = bytes.length === length ? await this.#digester.digest(bytes) : new Uint8Array()
    this.#first.set(key, digest)
    return digest
  }
}

/** In one step: a worker that is killed meanwhile leaves nothing that has the name. */
async function write(folder: FileSystemDirectoryHandle, name: string, body: Blob): Promise<void> {
  const writable = await (await makeFile(folder, name)).createWritable()
  await writable.write(body)
  await writable.close()
}
