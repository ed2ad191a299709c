import { gzipSync } from 'node:zlib'

/**
 * Gzipped sizes of what comes at once, and of that with the files that are imported for these modules; and the modules
 * of the first, the heaviest first.
 */
export function sizesOf(files, { install, run }) {
  const first = closureOf(files, ({ isEntry }) => isEntry)
  const withParts = (sources) => {
    const missing = sources.filter((source) => !files.some((file) => file.source === source))
    if (missing.length > 0) throw new Error(`Nothing is imported later for ${missing.join(', ')}`)
    return sizeOf(closureOf(files, ({ isEntry, source }) => isEntry || sources.includes(source)))
  }
  return {
    first: sizeOf(first),
    install: withParts(install),
    run: withParts(run),
    everything: sizeOf(files),
    modules: first.flatMap(({ modules }) => modules).toSorted((left, right) => right.bytes - left.bytes),
  }
}

/** These files and all that they import at once. */
function closureOf(files, isRoot) {
  const known = new Map(files.map((file) => [file.name, file]))
  const reached = new Set(files.filter(isRoot))
  for (const { imports } of reached) for (const name of imports) if (known.has(name)) reached.add(known.get(name))
  return [...reached]
}

function sizeOf(files) {
  return files.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0)
}
