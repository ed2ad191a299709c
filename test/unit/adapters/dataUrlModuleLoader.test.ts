import { createDataUrlModuleLoader } from '../../../src/adapters/dataUrlModuleLoader.js'
import { describeModuleLoaderContract } from '../../contracts/moduleLoaderContract.js'

describeModuleLoaderContract('dataUrlModuleLoader', () => createDataUrlModuleLoader())
