import type { RecordChange } from '../ports/recordStore.js'
import { readable, settled } from './indexedDatabase.js'
import { encodeRecord } from './recordText.js'

/** Records of long queues: a key each is 23 times as slow to write in bulk. */
const PAGED_PREFIX = 'download/'
const PAGE_RECORDS = 250
const PAGE_KEY = '\u0000page/'
/** Sorts after every key that a record may have. */
const AFTER_ALL = '\uffff'

/** Encoded records by key. */
type Page = ReadonlyMap<string, string>

export interface PagedText {
  readonly key: string
  readonly text: string
}

export function isPaged(key: string): boolean {
  return key.startsWith(PAGED_PREFIX)
}

/** Where a page lies: it holds the records from its own lowest key up to that of the next page. */
export async function readPaged(table: IDBObjectStore, key: string): Promise<string | undefined> {
  const place = placeOf(await placesIn(table), key)
  return (await readPage(table, place)).get(key)
}

/** All whose key starts with `prefix`. */
export async function listPaged(table: IDBObjectStore, prefix: string): Promise<PagedText[]> {
  if (!prefix.startsWith(PAGED_PREFIX) && !PAGED_PREFIX.startsWith(prefix)) return []
  const range = IDBKeyRange.bound(placeOf(await placesIn(table), prefix), PAGE_KEY + prefix + AFTER_ALL)
  const pages = await readAll(table, range)
  return pages
    .filter(isPage)
    .flatMap((page) => [...page].flatMap(([key, text]) => (key.startsWith(prefix) ? [{ key, text }] : [])))
}

/** In the order of keys; `undefined` in the place of a value that the browser lost. */
export async function readAll(table: IDBObjectStore, range: IDBKeyRange): Promise<readonly unknown[]> {
  const all = await readable(table.getAll(range))
  if (all) return all
  // one that is lost spoils the answer for all of them
  const keys = await settled(table.getAllKeys(range))
  return Promise.all(keys.map((key) => readable(table.get(key))))
}

/** Reads every page that changes once, and writes it once, in as many pages as it then needs. */
export async function writePaged(table: IDBObjectStore, changes: readonly RecordChange[]): Promise<void> {
  if (changes.length === 0) return
  const places = await placesIn(table)
  const byPlace = new Map<string, RecordChange[]>()
  for (const change of changes) {
    const place = placeOf(places, change.key)
    const others = byPlace.get(place)
    if (others) others.push(change)
    else byPlace.set(place, [change])
  }
  const pages = await Promise.all([...byPlace.keys()].map((place) => readPage(table, place)))
  for (const [at, [place, changed]] of [...byPlace].entries()) {
    putPages(table, place, changedPage(pages[at] ?? new Map(), changed))
  }
}

async function placesIn(table: IDBObjectStore): Promise<readonly string[]> {
  const keys = await settled(table.getAllKeys(IDBKeyRange.bound(PAGE_KEY, PAGE_KEY + AFTER_ALL)))
  return keys.map(String)
}

/** The last place at or before the key. The first page begins before all keys. */
function placeOf(places: readonly string[], key: string): string {
  const wanted = PAGE_KEY + key
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle] ?? '') <= wanted) low = middle + 1
    else high = middle
  }
  return places[low - 1] ?? PAGE_KEY
}

async function readPage(table: IDBObjectStore, place: string): Promise<Page> {
  const page: unknown = await readable(table.get(place))
  return isPage(page) ? page : new Map()
}

function isPage(value: unknown): value is Page {
  return value instanceof Map
}

function changedPage(page: Page, changes: readonly RecordChange[]): Page {
  const changed = new Map(page)
  for (const { key, value } of changes) {
    if (value === undefined) changed.delete(key)
    else changed.set(key, encodeRecord(value))
  }
  return changed
}

function putPages(table: IDBObjectStore, place: string, page: Page): void {
  const records = [...page].sort(([left], [right]) => (left < right ? -1 : 1))
  const count = Math.ceil(records.length / PAGE_RECORDS)
  const length = Math.ceil(records.length / Math.max(1, count))
  if (count === 0) table.delete(place)
  for (let number = 0; number < count; number++) {
    const part = records.slice(number * length, (number + 1) * length)
    const [lowest = ['']] = part
    table.put(new Map(part), number === 0 ? place : PAGE_KEY + lowest[0])
  }
}
