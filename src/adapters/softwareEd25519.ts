/** By itself in a file that is loaded when it is needed: of what is imported by name a bundler keeps nothing else. */
export { ed25519 } from '@noble/curves/ed25519.js'
