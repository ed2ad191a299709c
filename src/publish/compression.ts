import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createDeflateRaw, deflateRawSync } from 'node:zlib'
import type { InputFile } from './inputFiles.js'

/** Deflate gains nothing on these. */
const COMPRESSED = /\.(zip|gz|tgz|br|zst|xz|bz2|7z|png|jpe?g|gif|webp|avif|woff2?|mp3|m4a|ogg|opus|mp4|webm|mov)$/i

/** Installing refuses a file above this size that unpacks to more than a thousand times its own, as a bomb does. */
const RATIO_FREE_BYTES = 1024 * 1024
const MAX_RATIO = 1000

const SAMPLES = 16
const SAMPLE_BYTES = 4096

/** Whether the file is worth compressing, and may be. */
export async function isToCompress(file: InputFile): Promise<boolean> {
  if (COMPRESSED.test(file.path)) return false
  if (file.size <= RATIO_FREE_BYTES || !(await looksEmpty(file))) return true
  return file.size <= MAX_RATIO * (await deflatedBytes(file))
}

/** Cheap: what does not shrink by hundreds here does not by a thousand as a whole. */
async function looksEmpty({ absolutePath, size }: InputFile): Promise<boolean> {
  const bytes = Buffer.alloc(SAMPLES * SAMPLE_BYTES)
  const file = await open(absolutePath)
  try {
    for (let at = 0; at < SAMPLES; at++) {
      await file.read(bytes, at * SAMPLE_BYTES, SAMPLE_BYTES, Math.floor(((at + 0.5) * size) / SAMPLES))
    }
  } finally {
    await file.close()
  }
  return deflateRawSync(bytes).length < bytes.length / 100
}

async function deflatedBytes({ absolutePath }: InputFile): Promise<number> {
  let bytes = 0
  for await (const piece of createReadStream(absolutePath).pipe(createDeflateRaw())) bytes += piece.length
  return bytes
}
