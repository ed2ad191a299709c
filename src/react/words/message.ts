/**
 * A text with `{parameters}`. A part in `[brackets]` is left out where one of its parameters is not known. An object
 * has a form for each plural category that the language tells apart by `{n}`.
 */
export type Message = string | PluralMessage

export type PluralMessage = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>
