import { createBlobUrlModuleLoader } from '../../src/adapters/blobUrlModuleLoader.js'
import { describeModuleLoaderContract } from '../contracts/moduleLoaderContract.js'

describeModuleLoaderContract('blobUrlModuleLoader', createBlobUrlModuleLoader)
