#!/usr/bin/env node
import { processIo, writtenOut } from './processIo.js'
import { run } from './run.js'

const io = processIo()
const status = await run(process.argv.slice(2), io)
await writtenOut(io)
process.exit(status)
