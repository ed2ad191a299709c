import { createWebLeases } from '../../src/adapters/webLocks.js'
import { describeLeasesContract } from '../contracts/leasesContract.js'
import { freshName } from './engineWorker.js'

describeLeasesContract('webLocks', () => createWebLeases(freshName()))
