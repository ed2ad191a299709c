import { describe } from 'vitest'
import { createModelRun, downloadModel } from '../../../src/testing/index.js'
import { DownloadStage, downloadExecutors } from '../../models/downloadStage.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createNodeWorld } from './nodeWorld.js'

describe('the life of a download, in Node, over files and sockets', () => {
  const open = async (): Promise<DownloadStage> => DownloadStage.open(await createNodeWorld())
  const only = [
    'start',
    'pause',
    'resume',
    'cancel',
    'retry',
    'dismiss',
    'cut',
    'answer 503',
    'answer 404',
    'damage',
    'finish',
    'wait',
    'restart',
    'fail the trial',
  ] as const
  testEveryPath(createModelRun(downloadModel, { ...downloadExecutors, open }, { only }))
})
