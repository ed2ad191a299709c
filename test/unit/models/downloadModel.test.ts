import { describe } from 'vitest'
import { createModelRun, downloadModel } from '../../../src/testing/index.js'
import { DownloadStage, downloadExecutors } from '../../models/downloadStage.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createMemoryWorld } from './memoryWorld.js'

describe('the life of a download, on the real dock', () => {
  const open = (): Promise<DownloadStage> => DownloadStage.open(createMemoryWorld())
  testEveryPath(createModelRun(downloadModel, { ...downloadExecutors, open }), 'memory')
})
