/** What the browser says is left for this origin. A hint: engines round it, and Chromium reports what it does not enforce. */
export async function estimateAvailableBytes(): Promise<number | undefined> {
  try {
    const { quota, usage } = await navigator.storage.estimate()
    return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage)
  } catch {
    return undefined
  }
}
