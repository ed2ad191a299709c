import { readFile, writeFile } from 'node:fs/promises'

const RESET_PEAK = '5'

/** What Chromium's processes have spent so far, in CPU milliseconds, all together. */
export async function cpuMs(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0) * 1000
}

/** By how many MiB the page's process grew at most during `work`. */
export async function growthOf(session, page, work) {
  const target = await page.context().newCDPSession(page)
  await target.send('HeapProfiler.collectGarbage')
  await target.detach()
  const before = new Map()
  for (const pid of await renderers(session)) {
    await writeFile(`/proc/${pid}/clear_refs`, RESET_PEAK)
    before.set(pid, await kibOf(pid, 'VmRSS'))
  }
  await work()
  let growth = 0
  for (const [pid, kib] of before) growth = Math.max(growth, (await kibOf(pid, 'VmHWM')) - kib)
  return growth / 1024
}

async function renderers(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}

async function kibOf(pid, name) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0)
}
