/** Deflate gains nothing on these. */
const COMPRESSED = /\.(zip|gz|tgz|br|zst|xz|bz2|7z|png|jpe?g|gif|webp|avif|woff2?|mp3|m4a|ogg|opus|mp4|webm|mov)$/i

/** Whether a file of this name is worth compressing. */
export function isToCompress(path: string): boolean {
  return !COMPRESSED.test(path)
}
