/** Mermaid writes its colours into the drawing: these follow the theme of the page, and light what is lit. */
export const CHART_LOOK = `
:is(text, tspan, .nodeLabel) {
  fill: var(--pd-text);
}
.edgeLabel :is(text, tspan) {
  fill: var(--pd-text-2);
}
.edgeLabel rect {
  opacity: 0.9;
  fill: var(--pd-surface);
}
.transition {
  stroke: var(--pd-text-3);
}
:is([id$="-barbEnd"], .state-start) {
  fill: var(--pd-text-3);
  stroke: var(--pd-text-3);
}
.node rect {
  fill: var(--pd-sunken);
  stroke: var(--pd-text-3);
}
.statediagram-cluster rect {
  fill: transparent;
  stroke: var(--pd-line-strong);
}
.statediagram-state rect.divider {
  fill: transparent;
  stroke: var(--pd-line-strong);
}
.statediagram-cluster[data-lit] > g > rect {
  stroke: var(--pd-accent);
  stroke-width: 2px;
}
.node[data-lit] rect {
  fill: var(--pd-accent);
  stroke: var(--pd-accent);
  stroke-width: 3px;
}
.node[data-lit] :is(text, tspan) {
  fill: var(--pd-on-accent);
  font-weight: var(--pd-weight-strong);
}
`
