import { describe } from 'vitest'
import { createModelRun, downloadModel } from '../../../src/testing/index.js'
import { DownloadStage, downloadExecutors } from '../../models/downloadStage.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createBrowserWorld } from './browserWorld.js'

describe('the life of a download, in Chromium, over OPFS', () => {
  const open = async (): Promise<DownloadStage> => DownloadStage.open(await createBrowserWorld())
  const only = ['start', 'pause', 'resume', 'cancel', 'cut', 'damage', 'finish', 'restart', 'dismiss'] as const
  testEveryPath(createModelRun(downloadModel, { ...downloadExecutors, open }, { only }))
})
