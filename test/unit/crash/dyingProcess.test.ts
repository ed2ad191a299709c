import { describeEveryStep } from './everyStep.js'
import type { PortCall } from './mortalProcess.js'

const isWrite = ({ operation }: PortCall): boolean => operation === 'partial.write'

describeEveryStep({ title: 'the process dies', fate: 'dies', unflushed: 'kept' })
describeEveryStep({
  title: 'the process dies half way through a write',
  fate: 'torn',
  unflushed: 'kept',
  concerns: isWrite,
})
