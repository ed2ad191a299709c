import { createTestModel } from '@xstate/test'
import { describe, expect, it } from 'vitest'
import {
  activationModel,
  admissionModel,
  createModelRun,
  downloadModel,
  leadershipModel,
  spaceModel,
} from '../../../src/testing/index.js'
import { eventsOf } from '../../../src/testing/models/modelGraph.js'
import { DownloadStage, downloadExecutors } from '../../models/downloadStage.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createMemoryWorld } from './memoryWorld.js'

describe('under @xstate/test', () => {
  describe('the life of a download, where connections break, on the real dock', () => {
    const open = (): Promise<DownloadStage> => DownloadStage.open(createMemoryWorld())
    const only = ['start', 'cut', 'wait', 'pause', 'resume', 'finish', 'dismiss', 'crash'] as const
    testEveryPath(createModelRun(downloadModel, { ...downloadExecutors, open }, { only, createTestModel }))
  })

  it.each([
    ['download', downloadModel],
    ['activation', activationModel],
    ['admission', admissionModel],
    ['leadership', leadershipModel],
    ['space', spaceModel],
  ] as const)('%s -> the same paths as under xstate/graph', (_, model) => {
    const events = Object.fromEntries(eventsOf(model).map((type) => [type, () => {}]))
    const executors = { open: () => {}, events, states: { '*': () => {} } }
    const pathsOf = (run: ReturnType<typeof createModelRun>) => run.paths.map(({ description }) => description)
    const older = createModelRun<typeof model, void>(model, executors as never, { createTestModel }) // reason: made of the model itself
    expect(pathsOf(older)).toEqual(pathsOf(createModelRun<typeof model, void>(model, executors as never))) // reason: the same
  })
})
