/** localforage's build for engines that have promises. */
declare module 'localforage/dist/localforage.nopromises.js' {
  import localforage from 'localforage'

  // biome-ignore lint/style/noDefaultExport: what the package exports
  export default localforage
}
