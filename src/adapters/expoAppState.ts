/** What is asked of React Native's `AppState`. */
export interface AppStateModule {
  /** `'active'`, `'inactive'` where something lies over the app, `'background'`; `null` before it is known. */
  readonly currentState: string | null
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void }
}

export function isShown(state: string | null): boolean {
  return state !== 'background'
}

/**
 * Tells when the app is put into the background, where the system ends it without a word, and when it is back in front,
 * until the returned function is called.
 */
export function watchAppEnd(
  appState: AppStateModule,
  { left, back }: { readonly left: () => void; readonly back: () => void },
): () => void {
  const subscription = appState.addEventListener('change', (state) => {
    if (isShown(state)) back()
    else left()
  })
  return () => subscription.remove()
}
