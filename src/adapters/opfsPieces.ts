import type { PartialPiece } from '../ports/bundleStore.js'
import { entriesOf, findFile, sizeOf } from './opfsFiles.js'

const PIECE = /^([a-z0-9-]{1,128})\.bgf\.(\d{1,9})$/

/** Of a run of chunks that was fetched while no page was there. */
export function pieceName(partialKey: string, firstChunk: number): string {
  return `${partialKey}.bgf.${firstChunk}`
}

/** `undefined` for what is no piece. */
export function pieceOf(name: string): { readonly key: string; readonly firstChunk: number } | undefined {
  const [, key, firstChunk] = PIECE.exec(name) ?? []
  return key === undefined ? undefined : { key, firstChunk: Number(firstChunk) }
}

/** All of one partial. They are read without a handle: whoever writes one is done with it before it has its bytes. */
export async function openOpfsPieces(
  folder: FileSystemDirectoryHandle,
  partialKey: string,
  remove: (name: string) => Promise<void>,
): Promise<readonly PartialPiece[]> {
  const found: PartialPiece[] = []
  for (const { name } of await entriesOf(folder)) {
    const piece = pieceOf(name)
    if (piece?.key !== partialKey) continue
    const file = await findFile(folder, name)
    const size = file && (await sizeOf(file))
    if (!file || size === undefined) continue
    found.push({
      firstChunk: piece.firstChunk,
      size,
      read: async (offset, length) => {
        const part = (await file.getFile()).slice(offset, offset + length)
        return new Uint8Array(await part.arrayBuffer())
      },
      close: async () => {},
      delete: () => remove(name),
    })
  }
  return found
}
