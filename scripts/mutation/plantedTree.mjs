/** A copy of the working tree for faults to be planted in: the checkout itself is never touched. */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Without what no test of these projects reads. */
const LEFT_OUT = /^(docs\/|node_modules$)/

export async function makeTree(root) {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-mutate-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    if (LEFT_OUT.test(file)) continue
    await mkdir(dirname(join(directory, file)), { recursive: true })
    // one that is deleted and not yet committed is listed all the same
    await cp(join(root, file), join(directory, file)).catch((error) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction')
  return { directory, plant: (fault) => plant(directory, fault), remove: () => rm(directory, { recursive: true }) }
}

/** Plants a fault; gives back what takes it out again. */
async function plant(directory, { file, find, replace }) {
  const path = join(directory, file)
  const text = await readFile(path, 'utf8')
  await writeFile(path, planted(text, { file, find, replace }))
  return () => writeFile(path, text)
}

/** A text with the fault in it. Throws for one that is stale: what it replaces must be there, and only once. */
export function planted(text, { file, find, replace }) {
  const times = text.split(find).length - 1
  if (times !== 1) throw new Error(`${file} has ${times} places, and not one, for the fault ${JSON.stringify(find)}`)
  return text.replace(find, () => replace)
}
