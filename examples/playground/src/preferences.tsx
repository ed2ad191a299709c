import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import type { StepName } from './tour/steps.js'

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'comfortable' | 'compact'
  readonly language: 'en' | 'de'
  readonly direction: 'ltr' | 'rtl'
  /** Of the first steps; `null` when they were skipped or are over. */
  readonly tourStep: StepName | null
  /** Pinned for as long as the storage is filled. */
  readonly heldPluginIds: readonly string[]
}

interface PreferencesValue {
  readonly preferences: Preferences
  /** What the theme comes to. */
  readonly scheme: 'light' | 'dark'
  readonly isCalm: boolean
  change(part: Partial<Preferences>): void
}

const KEY = 'plugdock-playground'
const DEFAULTS: Preferences = {
  theme: 'system',
  density: 'comfortable',
  language: 'en',
  direction: 'ltr',
  tourStep: 'install',
  heldPluginIds: [],
}
const PreferencesContext = createContext<PreferencesValue | undefined>(undefined)

export function usePreferences(): PreferencesValue {
  const value = useContext(PreferencesContext)
  if (value) return value
  throw new Error('usePreferences needs a <PreferencesProvider> above the component')
}

export function PreferencesProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [preferences, setPreferences] = useState(read)
  const isDark = useMedia('(prefers-color-scheme: dark)')
  const isCalm = useMedia('(prefers-reduced-motion: reduce)')
  const scheme = preferences.theme === 'system' ? schemeOf(isDark) : preferences.theme
  useEffect(() => write(preferences), [preferences])
  const value = useMemo(
    () => ({
      preferences,
      scheme,
      isCalm,
      change: (part: Partial<Preferences>) => setPreferences((last) => ({ ...last, ...part })),
    }),
    [preferences, scheme, isCalm],
  )
  return <PreferencesContext.Provider value={value}>{children}</PreferencesContext.Provider>
}

function schemeOf(isDark: boolean): 'light' | 'dark' {
  return isDark ? 'dark' : 'light'
}

function read(): Preferences {
  try {
    const kept: Partial<Preferences> = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return { ...DEFAULTS, ...kept }
  } catch {
    return DEFAULTS
  }
}

function write(preferences: Preferences): void {
  localStorage.setItem(KEY, JSON.stringify(preferences))
  const { documentElement } = document
  const { dataset } = documentElement
  documentElement.lang = preferences.language
  documentElement.dir = preferences.direction
  if (preferences.theme === 'system') delete dataset.pdTheme
  else dataset.pdTheme = preferences.theme
  dataset.pdDensity = preferences.density
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const onChange = () => setMatches(list.matches)
    list.addEventListener('change', onChange)
    return () => list.removeEventListener('change', onChange)
  }, [query])
  return matches
}
