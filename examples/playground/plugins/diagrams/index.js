import * as d3 from './d3/d3.js'

const COLOURS = {
  light: ['#4b5fe0', '#c23f6a', '#0d8287', '#8d4cc0', '#a3660b'],
  dark: ['#8797ff', '#f07f9f', '#3dbdbf', '#c08af0', '#d9a048'],
}
const CLUSTERS = 5
const PER_CLUSTER = 14

/** A network that finds its own shape, and gives way to the pointer. */
export function mount(element, { theme, isCalm }) {
  element.style.blockSize = '20rem'
  const { nodes, links } = createNetwork()
  const svg = d3.select(element).append('svg').attr('role', 'img').attr('aria-label', 'A network of five groups')
  svg.style('display', 'block').style('inline-size', '100%').style('block-size', '100%')
  const lines = svg.append('g').attr('stroke', 'currentColor').attr('stroke-opacity', 0.18)
  const line = lines.selectAll('line').data(links).join('line')
  const dot = svg.append('g').selectAll('circle').data(nodes).join('circle')
  dot.attr('r', (node) => node.radius).attr('fill', (node) => COLOURS[theme][node.cluster])
  const draw = () => {
    line.attr('x1', (link) => link.source.x).attr('y1', (link) => link.source.y)
    line.attr('x2', (link) => link.target.x).attr('y2', (link) => link.target.y)
    dot.attr('cx', (node) => node.x).attr('cy', (node) => node.y)
  }
  const simulation = simulate(nodes, links).on('tick', draw)
  dot.call(dragging(simulation)).style('cursor', 'grab')
  const watcher = new ResizeObserver(([entry]) => centre(simulation, entry.contentRect, isCalm, draw))
  watcher.observe(element)
  return () => {
    watcher.disconnect()
    simulation.stop()
    svg.remove()
  }
}

function createNetwork() {
  const random = d3.randomLcg(0.42)
  const nodes = d3.range(CLUSTERS * PER_CLUSTER).map((id) => ({
    id,
    cluster: id % CLUSTERS,
    radius: id < CLUSTERS ? 13 : 4 + random() * 5,
  }))
  const spokes = nodes.slice(CLUSTERS).map(({ id, cluster }) => ({ source: id, target: cluster }))
  const ring = d3.range(CLUSTERS).map((id) => ({ source: id, target: (id + 1) % CLUSTERS }))
  return { nodes, links: [...spokes, ...ring] }
}

function simulate(nodes, links) {
  return d3
    .forceSimulation(nodes)
    .force(
      'link',
      d3.forceLink(links).distance((link) => (link.source.id < CLUSTERS ? 110 : 34)),
    )
    .force('charge', d3.forceManyBody().strength(-46))
    .force(
      'collide',
      d3.forceCollide((node) => node.radius + 2),
    )
    .stop()
}

/** In the middle at once, and near it from then on. */
function centre(simulation, { width, height }, isCalm, draw) {
  simulation.force('centre', d3.forceCenter(width / 2, height / 2))
  simulation.force('x', d3.forceX(width / 2).strength(0.04)).force('y', d3.forceY(height / 2).strength(0.12))
  simulation.alpha(1).tick(isCalm ? 300 : 40)
  draw()
  if (!isCalm) simulation.restart()
}

function dragging(simulation) {
  const hold = (event) => Object.assign(event.subject, { fx: event.x, fy: event.y })
  return d3
    .drag()
    .on('start', (event) => {
      simulation.alphaTarget(0.3).restart()
      hold(event)
    })
    .on('drag', hold)
    .on('end', (event) => {
      simulation.alphaTarget(0)
      Object.assign(event.subject, { fx: null, fy: null })
    })
}
