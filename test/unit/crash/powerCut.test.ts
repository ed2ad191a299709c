import { describeEveryStep } from './everyStep.js'
import type { PortCall } from './mortalProcess.js'

const ofPartials = ({ operation }: PortCall): boolean => /partial/i.test(operation)

describeEveryStep({ title: 'the power is cut', fate: 'dies', unflushed: 'lost' })
describeEveryStep({
  title: 'the power is cut, and what was not flushed is zeros',
  fate: 'dies',
  unflushed: 'zeroed',
  concerns: ofPartials,
})
