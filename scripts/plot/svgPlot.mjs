/** Plots of lines as SVG text: panels in a grid that share their axes, with spans of time marked behind the lines. */

const PANEL = { width: 420, height: 190 }
const MARGIN = { left: 62, right: 14, top: 34, bottom: 40 }
const HEAD = 56
const FONT = 'font-family="system-ui, sans-serif"'

/**
 * @param {{
 *   title: string, subtitle?: string, columns?: number, xLabel: string, yLabel: string,
 *   x: [number, number], y: [number, number], isLog?: boolean,
 *   panels: { title: string, spans?: { from: number, until: number, label: string }[],
 *     rules?: { y: number, label: string }[],
 *     lines: { label?: string, color: string, points: [number, number][] }[] }[],
 * }} plot
 */
export function svgPlot(plot) {
  const columns = plot.columns ?? 1
  const rows = Math.ceil(plot.panels.length / columns)
  const width = columns * PANEL.width
  const height = HEAD + rows * PANEL.height + 6
  const scale = scalesOf(plot)
  const panels = plot.panels.map((panel, index) => {
    const left = (index % columns) * PANEL.width
    const top = HEAD + Math.floor(index / columns) * PANEL.height
    return `<g transform="translate(${left} ${top})">${panelOf(panel, plot, scale)}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${FONT}>`,
    `<title>${escaped(plot.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    words(MARGIN.left - 46, 24, plot.title, { size: 16, weight: 600 }),
    words(MARGIN.left - 46, 44, plot.subtitle ?? '', { size: 12, color: '#57606a' }),
    ...panels,
    '</svg>\n',
  ].join('\n')
}

function scalesOf({ x, y, isLog }) {
  const inner = {
    width: PANEL.width - MARGIN.left - MARGIN.right,
    height: PANEL.height - MARGIN.top - MARGIN.bottom,
  }
  const level = isLog ? (value) => Math.log10(Math.max(value, y[0])) : (value) => value
  const [low, high] = [level(y[0]), level(y[1])]
  return {
    x: (value) => MARGIN.left + ((value - x[0]) / (x[1] - x[0])) * inner.width,
    y: (value) => MARGIN.top + inner.height * (1 - (Math.min(level(value), high) - low) / (high - low)),
  }
}

function panelOf({ title, spans = [], rules = [], lines }, plot, scale) {
  const [bottom, top] = [scale.y(plot.y[0]), scale.y(plot.y[1])]
  const [left, right] = [scale.x(plot.x[0]), scale.x(plot.x[1])]
  const drawn = [words(left, 20, title, { size: 13, weight: 600 })]
  for (const { from, until, label } of spans) {
    const [start, end] = [scale.x(from), scale.x(until)]
    drawn.push(
      `<rect x="${round(start)}" y="${round(top)}" width="${round(end - start)}" height="${round(bottom - top)}" fill="#fff1e5"/>`,
      words(start + 3, top + 11, label, { size: 10, color: '#953800' }),
    )
  }
  for (const value of ticks(plot.y, plot.isLog)) {
    drawn.push(
      `<path d="M${left} ${round(scale.y(value))}H${right}" stroke="#e4e7eb"/>`,
      words(left - 6, scale.y(value) + 4, short(value), { size: 10, anchor: 'end', color: '#57606a' }),
    )
  }
  for (const value of ticks(plot.x))
    drawn.push(words(scale.x(value), bottom + 14, short(value), { size: 10, anchor: 'middle', color: '#57606a' }))
  for (const { y, label } of rules) {
    drawn.push(
      `<path d="M${left} ${round(scale.y(y))}H${right}" stroke="#6e7781" stroke-dasharray="4 3"/>`,
      words(right, scale.y(y) - 3, label, { size: 10, anchor: 'end', color: '#57606a' }),
    )
  }
  lines.forEach(({ label, color, points }, index) => {
    const path = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(scale.x(x))} ${round(scale.y(y))}`).join('')
    drawn.push(`<path d="${path}" fill="none" stroke="${color}" stroke-width="1.3" stroke-linejoin="round"/>`)
    if (label) drawn.push(words(right, 20 + 12 * index, label, { size: 11, anchor: 'end', color }))
  })
  drawn.push(
    `<path d="M${left} ${round(top)}V${round(bottom)}H${right}" fill="none" stroke="#24292f"/>`,
    words((left + right) / 2, bottom + 29, plot.xLabel, { size: 11, anchor: 'middle', color: '#57606a' }),
    `<g transform="translate(13 ${round((top + bottom) / 2)}) rotate(-90)">${words(0, 0, plot.yLabel, { size: 11, anchor: 'middle', color: '#57606a' })}</g>`,
  )
  return drawn.join('\n')
}

/** Round numbers within a range; powers of ten on a logarithmic scale. */
function ticks([low, high], isLog = false) {
  const found = []
  if (isLog) for (let power = 10 ** Math.ceil(Math.log10(low)); power <= high; power *= 10) found.push(power)
  else {
    const rough = (high - low) / 5
    const magnitude = 10 ** Math.floor(Math.log10(rough))
    const step = magnitude * ([1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10)
    for (let value = Math.ceil(low / step) * step; value <= high + step / 1000; value += step) found.push(value)
  }
  return found
}

function words(x, y, text, { size, weight = 400, anchor = 'start', color = '#24292f' }) {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${color}">${escaped(text)}</text>`
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function short(value) {
  if (value >= 1e6) return `${value / 1e6}M`
  return value >= 10_000 ? `${value / 1000}k` : String(Number(value.toFixed(3)))
}

function round(value) {
  return Math.round(value * 10) / 10
}
