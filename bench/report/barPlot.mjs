/** Bars with whiskers as SVG text, in light and dark: a bar is a median, its whisker goes from the least to the most. */
import { inWords } from './spread.mjs'

const WIDTH = 860
const LABELS = 300
const VALUES = 190
const HEAD = 44
const PANEL_HEAD = 30
const ROW = 20
const BAR = 12
const STYLE = `
  text { font-family: system-ui, sans-serif; font-size: 12px; fill: #24292f }
  .paper { fill: #ffffff } .title { font-size: 15px; font-weight: 600 } .head { font-weight: 600 }
  .small { font-size: 11px; fill: #57606a } .ours { fill: #0969da } .peer { fill: #8c959f }
  .whisker { stroke: #24292f; fill: none } .goal { stroke: #cf222e; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .paper { fill: #0d1117 } .small { fill: #9198a1 } .ours { fill: #4493f8 } .peer { fill: #656c76 }
    .whisker { stroke: #e6edf3 } .goal { stroke: #ff7b72 }
  }
`

/**
 * @param {{ title: string, panels: { title: string, unit: string, bars: { name: string, isOurs: boolean, limit?: number,
 *   value: { median: number, min: number, max: number } }[] }[] }} plot
 */
export function barPlot({ title, panels }) {
  const heights = panels.map(({ bars }) => PANEL_HEAD + bars.length * ROW + 16)
  const height = HEAD + heights.reduce((sum, each) => sum + each, 0)
  const drawn = panels.map((panel, at) => {
    const top = HEAD + heights.slice(0, at).reduce((sum, each) => sum + each, 0)
    return `<g transform="translate(16 ${top})">${panelOf(panel)}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(panels.map(panelInWords).join(' '))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="16" y="26">${escaped(title)}</text>`,
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

/** The panels of a result: one for each section that says what is drawn of it. */
export function panelsOf({ sections }) {
  return sections.filter(({ plotted }) => plotted).map(panelFor)
}

function panelFor({ title, over, plotted, ours, rows, goals }) {
  return {
    title,
    unit: plotted === 'ratio' ? `times ${over}` : plotted,
    bars: rows
      .filter(({ figures }) => figures[plotted])
      .map(({ name, figures }) => ({
        name,
        isOurs: ours.includes(name),
        limit: goals.find(({ row, figure }) => row === name && figure === plotted)?.limit,
        value: figures[plotted],
      })),
  }
}

function panelOf({ title, unit, bars }) {
  const most = Math.max(...bars.map(({ value, limit = 0 }) => Math.max(value.max, limit)), Number.EPSILON)
  const x = (value) => round(LABELS + (Math.max(0, value) / most) * (WIDTH - LABELS - VALUES - 32))
  return [
    `<text class="head" x="0" y="14">${escaped(title)}</text>`,
    `<text class="small" x="${WIDTH - 32}" y="14" text-anchor="end">${escaped(unit)}</text>`,
    ...bars.map((bar, at) => barOf(bar, PANEL_HEAD + at * ROW, x)),
  ].join('\n')
}

/** With a line where its goal is. */
function barOf({ name, isOurs, limit, value }, top, x) {
  const middle = top + BAR / 2
  const whisker = `M${x(value.min)} ${middle}H${x(value.max)}M${x(value.min)} ${middle - 4}v8M${x(value.max)} ${middle - 4}v8`
  return [
    `<text x="${LABELS - 8}" y="${top + 10}" text-anchor="end"${isOurs ? ' class="head"' : ''}>${escaped(name)}</text>`,
    `<rect class="${isOurs ? 'ours' : 'peer'}" x="${LABELS}" y="${top}" width="${round(x(value.median) - LABELS)}" height="${BAR}"/>`,
    ...(value.min === value.max ? [] : [`<path class="whisker" d="${whisker}"/>`]),
    ...(limit === undefined ? [] : [`<path class="goal" d="M${x(limit)} ${top - 4}v${ROW}"/>`]),
    `<text class="small" x="${WIDTH - 32}" y="${top + 10}" text-anchor="end">${inWords(value)}${wordOf(limit)}</text>`,
  ].join('\n')
}

function wordOf(limit) {
  return limit === undefined ? '' : `, goal ${limit}`
}

function panelInWords({ title, unit, bars }) {
  const words = bars.map(({ name, value, limit }) => `${name} ${inWords(value)}${wordOf(limit)}`)
  return `${title}, ${unit}: ${words.join(', ')}.`
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function round(value) {
  return Math.round(value * 10) / 10
}
