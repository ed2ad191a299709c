import { describe } from 'vitest'
import { createModelRun, downloadModel } from '../../../src/testing/index.js'
import { DownloadStage, downloadExecutors, IN_CHROMIUM } from '../../models/downloadStage.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createBrowserWorld } from './browserWorld.js'

describe('the life of a download, in Chromium, over OPFS', () => {
  const open = async (): Promise<DownloadStage> => DownloadStage.open(await createBrowserWorld())
  testEveryPath(createModelRun(downloadModel, { ...downloadExecutors, open }, { only: IN_CHROMIUM }), 'Chromium, OPFS')
})
