export { type PackedBundle, packBundle } from './packBundle.js'
export type { PackOptions } from './packOptions.js'
