import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { AnyStateMachine, StateValue } from 'xstate'
import { describeValue, drawChart, lightStates } from './drawChart.js'
import './machineChart.css'

interface MachineChartProps {
  readonly machine: AnyStateMachine
  /** Where it is; nothing is lit without. */
  readonly value: StateValue | undefined
}

/** A machine's chart with its present state lit, and in words beneath. The lit state is kept in sight. */
export function MachineChart({ machine, value }: MachineChartProps): ReactNode {
  const box = useRef<HTMLElement>(null)
  const [chart, setChart] = useState<{ readonly machine: AnyStateMachine; readonly svg: SVGSVGElement }>()
  const [isWhole, setIsWhole] = useState(false)

  useEffect(() => {
    let isWanted = true
    void drawChart(machine).then((svg) => {
      if (!isWanted) return
      box.current?.replaceChildren(svg)
      setChart({ machine, svg })
    })
    return () => {
      isWanted = false
    }
  }, [machine])

  const words = describeValue(value)
  useEffect(() => {
    if (!chart) return
    chart.svg.setAttribute(
      'aria-label',
      `State chart of ${chart.machine.id}, ${words ? `now ${words}` : 'not running'}`,
    )
    lightStates(chart.svg, chart.machine, value)
    const { current } = box
    if (!current || isWhole) return
    // tells of its first size at once
    const observer = new ResizeObserver(() => bringIntoSight(current))
    observer.observe(current)
    return () => observer.disconnect()
  }, [chart, value, words, isWhole])

  return (
    <figure className="machine-chart" data-drawn={chart?.machine === machine} data-whole={isWhole}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section ref={box} className="machine-chart__box" aria-label={`Chart of ${machine.id}`} tabIndex={0} />
      <figcaption className="machine-chart__caption">
        <span>
          <b>{machine.id}</b> <output>{words || 'not running'}</output>
        </span>
        <button type="button" className="pd-btn" aria-pressed={isWhole} onClick={() => setIsWhole(!isWhole)}>
          Whole chart
        </button>
      </figcaption>
    </figure>
  )
}

function bringIntoSight(box: HTMLElement): void {
  const lit = box.querySelector('[data-lit="innermost"]')
  if (!lit) return
  const [place, frame] = [lit.getBoundingClientRect(), box.getBoundingClientRect()]
  box.scrollBy({
    left: place.left + place.width / 2 - frame.left - frame.width / 2,
    top: place.top + place.height / 2 - frame.top - frame.height / 2,
  })
}
