import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { STEPS, type StepName } from './tour/steps.js'

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
const VALUES: Readonly<Record<Exclude<keyof Preferences, 'heldPluginIds'>, readonly unknown[]>> = {
  theme: ['system', 'light', 'dark'],
  density: ['comfortable', 'compact'],
  language: ['en', 'de'],
  direction: ['ltr', 'rtl'],
  tourStep: [...STEPS, null],
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
  useEffect(() => show(preferences), [preferences])
  useEffect(() => {
    const onStorage = ({ key }: StorageEvent) => key === KEY && setPreferences(read())
    addEventListener('storage', onStorage)
    return () => removeEventListener('storage', onStorage)
  }, [])
  const change = useCallback((part: Partial<Preferences>) => {
    // another tab may have changed something else
    const next = { ...read(), ...part }
    localStorage.setItem(KEY, JSON.stringify(next))
    setPreferences(next)
  }, [])
  const value = useMemo(() => ({ preferences, scheme, isCalm, change }), [preferences, scheme, isCalm, change])
  return <PreferencesContext.Provider value={value}>{children}</PreferencesContext.Provider>
}

function schemeOf(isDark: boolean): 'light' | 'dark' {
  return isDark ? 'dark' : 'light'
}

/** What is kept, and what is usual where an earlier playground kept something else under that name. */
function read(): Preferences {
  const kept = { ...DEFAULTS, ...parse(localStorage.getItem(KEY)) }
  const known = Object.entries(kept).filter(([name, value]) => Reflect.get(VALUES, name)?.includes(value))
  const heldPluginIds = Array.isArray(kept.heldPluginIds) ? kept.heldPluginIds : []
  return { ...DEFAULTS, ...Object.fromEntries(known), heldPluginIds }
}

function parse(text: string | null): Partial<Preferences> {
  try {
    return JSON.parse(text ?? '{}')
  } catch {
    return {}
  }
}

function show(preferences: Preferences): void {
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
