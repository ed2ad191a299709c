import { createReadStream, type Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename, extname, isAbsolute, relative, resolve, sep } from 'node:path'
import { ArchiveError } from '../domain/errors/index.js'
import type { BundleFormat } from '../domain/manifest.js'
import { isToCompress } from './compression.js'
import { entryOf } from './defaultEntry.js'
import { archiveOverheadBytes, type InputFile, listInputFiles } from './inputFiles.js'
import type { PackOptions } from './packOptions.js'
import { type ArchiveListener, zipArchive } from './zipArchive.js'

/** What is to be packed, once it was found to be fit for it. */
export interface Contents {
  readonly format: BundleFormat
  readonly files: readonly InputFile[]
  readonly entry: string
  readonly bundleName: string
}

/** Looks at the input without reading it. */
export async function readContents(options: PackOptions): Promise<Contents> {
  const input = await realpath(options.input)
  const about = await stat(input)
  const stem = `${options.id}-${options.version}`
  if (!about.isDirectory()) return fileContents(options, about, stem)
  await refuseOutputInside(input, options.outDir ?? '.')
  const files = await listInputFiles(input)
  return { format: 'zip', files, entry: await entryOf(files, options.entry), bundleName: `${stem}.zip` }
}

function fileContents({ input, entry }: PackOptions, about: Stats, stem: string): Contents {
  if (!about.isFile())
    throw new ArchiveError(`Cannot pack ${input}: it is neither a file nor a folder`, { path: input })
  const path = entry ?? basename(input)
  const files = [{ path, absolutePath: resolve(input), size: about.size }]
  return { format: 'file', files, entry: path, bundleName: stem + extname(input) }
}

/** What an earlier run wrote would be packed by the next one. */
async function refuseOutputInside(input: string, outDir: string): Promise<void> {
  const out = await realpath(outDir).catch(() => resolve(outDir))
  const way = relative(input, out)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return
  throw new ArchiveError(`The output folder ${out} is inside the folder to pack; choose another with --out`, {
    path: out,
  })
}

/** What the bundle cannot exceed, whatever is in its files. */
export function largestBundleBytes({ format, files }: Contents): number {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return format === 'file' ? bytes : bytes + archiveOverheadBytes(files)
}

/** The bundle's bytes. What `listener` hears is of an archive; of a bundle of one file there is nothing to tell. */
export function openContents({ format, files }: Contents, listener: ArchiveListener): AsyncIterable<Uint8Array> {
  const [only] = files
  if (format === 'file' && only) return createReadStream(only.absolutePath)
  return zipArchive(
    files.map((file) => ({ ...file, compress: isToCompress(file.path) })),
    listener,
  )
}
