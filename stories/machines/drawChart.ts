import mermaid from 'mermaid'
import type { AnyStateMachine, StateValue } from 'xstate'
import { activeStates } from '../../src/charts/activeStates.js'
import { toMermaidOutline } from '../../src/charts/toMermaid.js'
import { chartLook } from './chartLook.js'

mermaid.initialize({
  startOnLoad: false,
  theme: 'base',
  securityLevel: 'strict',
  htmlLabels: false,
  fontFamily: 'system-ui, sans-serif',
})

let drawn = 0

/** A machine's chart, drawn by Mermaid: its states and the transitions between them. */
export async function drawChart(machine: AnyStateMachine): Promise<SVGSVGElement> {
  drawn += 1
  const id = `machine-chart-${drawn}`
  const { svg } = await mermaid.render(id, toMermaidOutline(machine))
  const element = document.createRange().createContextualFragment(svg).querySelector('svg')
  if (!element) throw new Error('Mermaid drew nothing')
  // it stretches to the page, which makes a small chart large and a large one unreadable
  const { width, height } = element.viewBox.baseVal
  element.removeAttribute('style')
  element.setAttribute('width', `${width}`)
  element.setAttribute('height', `${height}`)
  element.setAttribute('role', 'img')
  element.setAttribute('aria-label', `State chart of ${machine.id}`)
  element.removeAttribute('aria-roledescription')
  const look = document.createElementNS('http://www.w3.org/2000/svg', 'style')
  look.textContent = chartLook(id)
  element.append(look)
  for (const group of element.querySelectorAll<SVGGElement>('g[id]')) {
    const [, state] = new RegExp(`^${id}-state-(.+)-\\d+$`).exec(group.id) ?? []
    if (state) group.dataset.state = state
  }
  return element
}

/** Lights the states that a machine is in, and no others. The innermost of them is lit more brightly. */
export function lightStates(svg: SVGSVGElement, machine: AnyStateMachine, value: StateValue | undefined): void {
  const active = value === undefined ? [] : activeStates(machine, value)
  const innermost = active.filter((id) => !active.some((other) => other.startsWith(`${id}_`)))
  for (const group of svg.querySelectorAll<SVGGElement>('g[data-state]')) {
    const { state = '' } = group.dataset
    if (active.includes(state)) group.dataset.lit = innermost.includes(state) ? 'innermost' : 'outer'
    else delete group.dataset.lit
  }
}

/** `working › downloading`; regions that run side by side are divided by a comma. */
export function describeValue(value: StateValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  const regions = Object.entries(value).map(([key, inner = '']) =>
    [key, describeValue(inner)].filter(Boolean).join(' › '),
  )
  return regions.join(', ')
}
