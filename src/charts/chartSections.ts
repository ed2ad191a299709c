import { toMermaid } from './toMermaid.js'

type Machine = Parameters<typeof toMermaid>[0]

const START = '<!-- charts: written by scripts/machines-readme.mjs, not by hand -->'
const END = '<!-- /charts -->'

/** Markdown: a heading and a Mermaid drawing for each chart. */
export function chartSections(charts: Readonly<Record<string, Machine>>): string {
  const sections = Object.entries(charts).map(([name, machine]) => `### ${name}\n\n${fenced(toMermaid(machine))}`)
  return sections.join('\n\n')
}

/** The same document, with the charts between its markers drawn anew. */
export function withCharts(markdown: string, charts: Readonly<Record<string, Machine>>): string {
  const start = markdown.indexOf(START)
  const end = markdown.indexOf(END)
  if (start < 0 || end < start) throw new Error(`The document has no "${START}" before "${END}"`)
  return `${markdown.slice(0, start + START.length)}\n\n${chartSections(charts)}\n\n${markdown.slice(end)}`
}

function fenced(drawing: string): string {
  return `\`\`\`mermaid\n${drawing}\n\`\`\``
}
