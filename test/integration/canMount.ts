import { execFileSync } from 'node:child_process'

/** Only root may mount a small disk, to fill it. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
