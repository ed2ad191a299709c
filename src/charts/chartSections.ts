import { toMermaid } from './toMermaid.js'

type Machine = Parameters<typeof toMermaid>[0]

/** Markdown: a heading and a Mermaid drawing for each chart. */
export function chartSections(charts: Readonly<Record<string, Machine>>): string {
  const sections = Object.entries(charts).map(([name, machine]) => `### ${name}\n\n${fenced(toMermaid(machine))}`)
  return sections.join('\n\n')
}

/** The same document, with what stands between the markers of each section written anew. */
export function withSections(markdown: string, sections: Readonly<Record<string, string>>): string {
  return Object.entries(sections).reduce((text, [name, content]) => withSection(text, name, content), markdown)
}

function withSection(markdown: string, name: string, content: string): string {
  const opening = `<!-- ${name}: written by scripts/machines-readme.mjs, not by hand -->`
  const closing = `<!-- /${name} -->`
  const start = markdown.indexOf(opening)
  const end = markdown.indexOf(closing)
  if (start < 0 || end < start) throw new Error(`The document has no "${opening}" before "${closing}"`)
  return `${markdown.slice(0, start + opening.length)}\n\n${content}\n\n${markdown.slice(end)}`
}

function fenced(drawing: string): string {
  return `\`\`\`mermaid\n${drawing}\n\`\`\``
}
