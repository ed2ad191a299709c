/**
 * Mermaid writes its colours into the drawing. These follow the theme of the page, light what is lit, and stand at the
 * drawing's end with more weight than Mermaid's own.
 */
export function chartLook(id: string): string {
  return `
#${id}.statediagram.statediagram {
  & :is(text, tspan) { fill: var(--pd-text); }
  & .edgeLabel :is(text, tspan) { fill: var(--pd-text-2); }
  & .edgeLabel rect { opacity: 0.9; fill: var(--pd-surface); }
  & .transition { stroke: var(--pd-text-3); }
  & marker path, & .state-start { fill: var(--pd-text-3); stroke: var(--pd-text-3); }
  & .state-end { fill: var(--pd-surface); stroke: var(--pd-text-3); }
  & .end-state-inner { fill: var(--pd-text-3); stroke: var(--pd-text-3); }
  & .node rect { fill: var(--pd-sunken); stroke: var(--pd-text-3); }
  & .statediagram-cluster.statediagram-cluster rect { fill: transparent; stroke: var(--pd-line-strong); }
  & rect.divider.divider { fill: transparent; stroke: var(--pd-line-strong); }
  & .statediagram-cluster[data-lit][data-lit] > g > rect { stroke: var(--pd-accent); stroke-width: 2px; }
  & .node[data-lit] rect { fill: var(--pd-accent); stroke: var(--pd-accent); stroke-width: 3px; }
  & .node[data-lit] :is(text, tspan) { fill: var(--pd-on-accent); }
}
@media (forced-colors: active) {
  #${id}.statediagram.statediagram .node[data-lit] rect { fill: Highlight; stroke: Highlight; forced-color-adjust: none; }
  #${id}.statediagram.statediagram .node[data-lit] :is(text, tspan) { fill: HighlightText; forced-color-adjust: none; }
}
`
}
