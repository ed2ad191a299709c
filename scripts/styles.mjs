/** Writes `dist/src/react/styles.css`: the style sheet of the widgets with all it imports, as one file, and a declaration for compilers. */
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const IMPORT = /^@import "(\.[^"]+)";\n/gm

async function inline(path) {
  const text = await readFile(path, 'utf8')
  const imported = await Promise.all(
    [...text.matchAll(IMPORT)].map(([, target]) => inline(join(dirname(path), target))),
  )
  return text.replace(IMPORT, () => imported.shift() ?? '')
}

await writeFile('dist/src/react/styles.css', await inline('src/react/styles.css'))
// compilers look at imports that are there for their effect alone
await writeFile('dist/src/react/styles.css.d.ts', 'export {}\n')
