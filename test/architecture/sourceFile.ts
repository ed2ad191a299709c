import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { parseSync } from 'vite'

/** One specifier of a file: import, re-export, dynamic import or `import('x')` in a type. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** Gone at run time: `import type`, `export type … from`, `import('x')` in a type. */
  readonly isTypeOnly: boolean
  readonly isDynamic: boolean
  /** Where it leads. */
  readonly target: Target
}

export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string }

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string
  readonly text: string
  /** The text with comments, strings and regular expressions blanked; same length, same lines. */
  readonly code: string
  readonly lineCount: number
  readonly imports: readonly Import[]
  /** Nothing but imports and re-exports. */
  readonly isDoor: boolean
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly source?: Node | null
  readonly value?: unknown
  readonly importKind?: string
  readonly exportKind?: string
  readonly declaration?: Node | null
}

export function readSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text)
  const [error] = errors
  if (error) throw new SyntaxError(`${path} cannot be parsed: ${error.message}`)
  const nodes = [...nodesOf(program)]
  return {
    path,
    text,
    code: blank(text, [...comments, ...nodes.filter(isLiteralText)]),
    lineCount: text.replace(/\n$/, '').split('\n').length,
    imports: nodes.flatMap((node) => importOf(node, path, text) ?? []),
    isDoor: program.body.every(isImportOrReExport),
  }
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* nodesOf(item)
  if (!isNode(value)) return
  yield value
  for (const child of Object.values(value)) if (typeof child === 'object') yield* nodesOf(child)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

function isLiteralText(node: Node): boolean {
  if (node.type === 'TemplateElement' || node.type === 'JSXText') return true
  return node.type === 'Literal' && (typeof node.value === 'string' || 'regex' in node)
}

function isImportOrReExport({ type, source, declaration }: Node): boolean {
  if (type === 'ImportDeclaration' || type === 'ExportAllDeclaration') return true
  return type === 'ExportNamedDeclaration' && !declaration && Boolean(source)
}

function blank(text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
  const characters = text.split('')
  for (const { start, end } of ranges) {
    for (let at = start; at < end; at++) if (characters[at] !== '\n') characters[at] = ' '
  }
  return characters.join('')
}

function importOf(node: Node, path: string, text: string): Import | undefined {
  const source = sourceOf(node)
  if (source?.type !== 'Literal' || typeof source.value !== 'string') return undefined
  return {
    specifier: source.value,
    line: lineAt(text, node.start),
    isTypeOnly: node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type',
    isDynamic: node.type === 'ImportExpression',
    target: targetOf(source.value, path),
  }
}

function sourceOf(node: Node): Node | null | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source
    default:
      return undefined
  }
}

function targetOf(specifier: string, from: string): Target {
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(from), specifier)
    return { kind: 'file', path: path.replace(/\.js$/, '.ts').replace(/\.jsx$/, '.tsx') }
  }
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier }
  const parts = specifier.split('/')
  return { kind: 'package', name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') }
}
