import * as echarts from './echarts/dist/echarts.esm.mjs'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const VISITS = [40, 60, 53, 75, 87, 67, 81]
const LOOKS = {
  light: { text: '#5c647d', line: '#dde1ec', bar: '#aeb6f2', best: '#4b5fe0', rest: '#e08b3e' },
  dark: { text: '#98a0b8', line: '#2a3046', bar: '#4c5590', best: '#8797ff', rest: '#e9a23b' },
}

/** Draws a week of visits. */
export function mount(element, { theme, isCalm }) {
  element.style.blockSize = '20rem'
  const chart = echarts.init(element, null, { renderer: 'canvas' })
  chart.setOption(optionsOf(LOOKS[theme], isCalm, getComputedStyle(element).fontFamily))
  const watcher = new ResizeObserver(() => chart.resize())
  watcher.observe(element)
  return () => {
    watcher.disconnect()
    chart.dispose()
  }
}

function optionsOf(look, isCalm, fontFamily) {
  const best = Math.max(...VISITS)
  const bars = VISITS.map((value) => ({ value, itemStyle: { color: value === best ? look.best : look.bar } }))
  const trend = VISITS.map((_, at) => mean(VISITS.slice(Math.max(0, at - 2), at + 1)))
  return {
    animation: !isCalm,
    aria: { enabled: true },
    textStyle: { fontFamily },
    grid: { left: 44, right: 20, top: 44, bottom: 32 },
    legend: { top: 8, right: 16, itemWidth: 12, itemHeight: 8, textStyle: { color: look.text } },
    tooltip: { trigger: 'axis' },
    xAxis: {
      type: 'category',
      data: DAYS,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: look.line } },
      axisLabel: { color: look.text },
    },
    yAxis: { splitLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.text } },
    series: [
      { name: 'Visits', type: 'bar', data: bars, barMaxWidth: 48, color: look.bar, itemStyle: { borderRadius: 6 } },
      { name: 'Mean of three days', type: 'line', data: trend, smooth: true, color: look.rest, symbolSize: 6 },
    ],
  }
}

function mean(values) {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
}
