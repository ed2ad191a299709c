/**
 * The plugins of the playground: an npm package each, whole, and an entry of ours in `plugins/<name>` that shows
 * something with it.
 *
 * @typedef {object} CatalogueEntry
 * @property {string} name of its folder, and of its paths on the origin
 * @property {string} title
 * @property {string} about
 * @property {string} npm the package
 * @property {number} hue 1 to 6: what the widgets give to its id
 * @property {Readonly<Record<string, string>>} [specifiers] bare specifiers in the package's modules, and the files they stand for
 * @property {boolean} [isBundled] where the package's modules form cycles: made one module first
 */

/** @type {readonly CatalogueEntry[]} */
export const CATALOGUE = [
  { name: 'charts', title: 'Charts', about: 'Line, bar and pie charts', npm: 'echarts', hue: 5 },
  {
    name: 'scenes',
    title: '3D scenes',
    about: 'Scenes and models in 3D',
    npm: 'three',
    hue: 3,
    specifiers: { three: 'build/three.module.js' },
  },
  { name: 'pdf', title: 'PDF viewer', about: 'Shows PDF files', npm: 'pdfjs-dist', hue: 6 },
  { name: 'diagrams', title: 'Diagrams', about: 'Trees, maps and networks', npm: 'd3', hue: 4, isBundled: true },
  { name: 'code', title: 'Syntax colours', about: 'Colours source code', npm: '@highlightjs/cdn-assets', hue: 2 },
  { name: 'markdown', title: 'Markdown', about: 'Shows Markdown as pages', npm: 'marked', hue: 1 },
]
