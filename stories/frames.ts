/** The same story as everybody may meet it. */
export const FRAMES = {
  Dark: { globals: { theme: 'dark' } },
  German: { globals: { locale: 'de' } },
  Rtl: { globals: { direction: 'rtl' } },
  Narrow320: { globals: { viewport: { value: 'narrow320' } } },
  ForcedColors: { parameters: { forcedColors: true } },
  Compact: { globals: { density: 'compact' } },
} as const
