import { StorageError, StorageFullError } from '../../../src/domain/errors/index.js'
import { describeEveryStep } from './everyStep.js'
import type { PortCall } from './mortalProcess.js'

const needsRoom = ({ operation }: PortCall): boolean => /write|truncate|flush|seal|commit|claimEpoch/.test(operation)

describeEveryStep({ title: 'a store fails', fate: new StorageError('The disk is broken'), unflushed: 'kept' })
describeEveryStep({
  title: 'no room is left',
  fate: new StorageFullError('The disk is full', {}),
  unflushed: 'kept',
  concerns: needsRoom,
  // less than what is asked for records when they are refused: it would wait for more room than there is
  scenarios: ({ capacityBytes }) => capacityBytes === undefined,
})
