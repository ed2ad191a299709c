import type { PluginView } from 'plugdock/react'

/** The next minor version of what is installed, and a patch of it that was not published here yet. */
export function nextBrokenVersion(view: PluginView | undefined, published: string): string {
  const [major = 0, minor = 0] = numbersOf(view?.plugin.version ?? published)
  const known = [published, ...(view?.versions ?? []).map(({ version }) => version)].map(numbersOf)
  const patches = known
    .filter(([otherMajor, otherMinor]) => otherMajor === major && otherMinor === minor + 1)
    .map(([, , patch = 0]) => patch)
  return `${major}.${minor + 1}.${Math.max(-1, ...patches) + 1}`
}

/** Whether this version was tried here, and is skipped from now on. */
export function isSkipped(view: PluginView | undefined, version: string | null): boolean {
  return view?.versions.some((one) => one.version === version && one.role === 'quarantined') ?? false
}

function numbersOf(version: string): readonly number[] {
  return version.split('.').map(Number)
}
