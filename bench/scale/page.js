/** The same in a page: `measureScale(count)`, each time in a store of its own. */
import { createPluginDock } from '../../dist/src/hosts/browser/index.js'
import { measureScale } from './measureScale.mjs'

globalThis.measureScale = (count) =>
  measureScale((options) => createPluginDock({ name: `scale-${count}`, ...options }), count)
