import { createLocalLeases } from '../../../src/adapters/localLeases.js'
import { describeLeasesContract } from '../../contracts/leasesContract.js'

describeLeasesContract('localLeases', () => createLocalLeases())
