/** Whether the browser removes what is stored only when it is asked to; `undefined` where it does not say. */
export async function isPersistent(): Promise<boolean | undefined> {
  try {
    return await navigator.storage.persisted()
  } catch {
    return undefined
  }
}

/** Asks the browser, which may ask its user, not to remove what is stored; what it says. Never rejects. */
export async function askToPersist(): Promise<boolean | undefined> {
  try {
    return await navigator.storage.persist()
  } catch {
    return undefined
  }
}
