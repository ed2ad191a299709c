import type { Bytes } from '../../../src/domain/bytes.js'
import type { MemoryHost } from '../../../src/testing/index.js'

/** All that stores hold, to be put into others: many stories begin at the same place. */
export interface Stored {
  readonly records: readonly { readonly key: string; readonly text: string }[]
  readonly files: readonly { readonly kind: 'bundle' | 'partial'; readonly name: string; readonly bytes: Bytes }[]
}

export async function takeStored({ records, bundles }: MemoryHost): Promise<Stored> {
  const entries = await records.open().list('')
  const files = await bundles.list()
  return {
    records: entries.map(({ key, value }) => ({ key, text: JSON.stringify(value) })),
    files: files.flatMap(({ kind, name }) => {
      const bytes = kind === 'unknown' ? undefined : bundles.bytesOf(kind, name)
      return kind === 'unknown' || !bytes ? [] : [{ kind, name, bytes: bytes.slice() }]
    }),
  }
}

/** Into stores that are empty. */
export async function putStored({ records, bundles }: MemoryHost, stored: Stored): Promise<void> {
  for (const { key, text } of stored.records) records.spoil(key, text)
  for (const { kind, name, bytes } of stored.files) {
    const partial = await bundles.openPartial(name)
    await partial.write(0, bytes)
    if (kind === 'bundle') await partial.seal(name)
    else await partial.flush()
    await partial.close()
  }
}
