import { describe } from 'vitest'
import { createModelRun, downloadModel } from '../../../src/testing/index.js'
import { DownloadStage, downloadExecutors, IN_NODE } from '../../models/downloadStage.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createNodeWorld } from './nodeWorld.js'

describe('the life of a download, in Node, over files and sockets', () => {
  const open = async (): Promise<DownloadStage> => DownloadStage.open(await createNodeWorld())
  testEveryPath(createModelRun(downloadModel, { ...downloadExecutors, open }, { only: IN_NODE }), 'Node, files')
})
