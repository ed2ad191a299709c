import { readdir, readFile } from 'node:fs/promises'

const RESULTS = new URL('../results/', import.meta.url)

/** What benches kept, in the order of their names. */
export async function keptResults() {
  const names = (await readdir(RESULTS)).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(new URL(name, RESULTS), 'utf8'))))
}
