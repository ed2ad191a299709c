export { type PackedBundle, type PackOptions, packBundle } from './packBundle.js'
