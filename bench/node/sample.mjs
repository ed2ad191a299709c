/**
 * One sample in a process of its own: `node sample.mjs <JSON>`, with `{ client, directory, files, connections }`. Prints
 * one line of JSON. The clock runs from the first request to the last byte; of ours until it is checked, sealed, synced
 * and recorded. Loading the code and opening the dock count for memory only; a program's start counts.
 */
import { CLIENTS } from './clients.mjs'
import { peakOf } from './peakOf.mjs'

const { client, directory, files, ...options } = JSON.parse(process.argv[2])
const run = await CLIENTS[client].prepare(directory, options)
const startedAt = performance.now()
const before = process.cpuUsage()
const { bytes, usage, close } = (await run(files)) ?? {}
const ms = performance.now() - startedAt
const { user, system } = process.cpuUsage(before)
const peakRssMiB = peakOf('self') ?? process.resourceUsage().maxRSS / 1024
console.log(JSON.stringify({ ms, cpuMs: usage ? undefined : (user + system) / 1000, peakRssMiB, bytes, ...usage }))
await close?.()
process.exit()
