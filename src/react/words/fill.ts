import type { Message } from './messages.js'

/** What a message's braces stand for; `undefined` for what is not known. */
export type Parameters = Readonly<Record<string, string | number | undefined>>

/** What of a language a message needs. */
export interface Grammar {
  readonly plural: Intl.PluralRules
  readonly number: Intl.NumberFormat
}

const OPTIONAL = /\[([^\]]*)\]/g
const PARAMETER = /\{(\w+)\}/g

/** The message with its parameters; `undefined` where one that it cannot do without is not known. */
export function fill(message: Message, parameters: Parameters, grammar: Grammar): string | undefined {
  const template = formOf(message, parameters, grammar).replace(OPTIONAL, (_, part: string) =>
    isKnown(part, parameters) ? part : '',
  )
  if (!isKnown(template, parameters)) return undefined
  return template.replace(PARAMETER, (_, name: string) => textOf(parameters[name], grammar))
}

function formOf(message: Message, { n }: Parameters, grammar: Grammar): string {
  if (typeof message === 'string') return message
  return (typeof n === 'number' ? message[grammar.plural.select(n)] : undefined) ?? message.other
}

function isKnown(template: string, parameters: Parameters): boolean {
  return [...template.matchAll(PARAMETER)].every(([, name = '']) => (parameters[name] ?? '') !== '')
}

function textOf(value: string | number | undefined, grammar: Grammar): string {
  return typeof value === 'number' ? grammar.number.format(value) : (value ?? '')
}
