/** The widgets' words in German, for `messages`. */
export { GERMAN } from './words/german.js'
