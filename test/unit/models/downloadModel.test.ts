import { createTestModel as createOlderTestModel } from '@xstate/test'
import { afterAll, describe, expect, it } from 'vitest'
import type { SnapshotFrom } from 'xstate'
import { adjacencyMapToArray, createTestModel, getAdjacencyMap } from 'xstate/graph'
import { type DownloadModelEvent, downloadModel, downloadModelEvents } from '../../../src/testing/index.js'
import { DownloadStage } from './downloadStage.js'

type ModelSnapshot = SnapshotFrom<typeof downloadModel>

const events = [...downloadModelEvents]
const onlyPossible = (snapshot: ModelSnapshot, event: DownloadModelEvent): boolean => snapshot.can(event)

/** What each event of the model does to a real dock. */
const EXECUTORS: Record<DownloadModelEvent['type'], (stage: DownloadStage) => Promise<void>> = {
  start: (stage) => stage.start(),
  'start while busy': (stage) => stage.start({ busy: true }),
  'start while full': (stage) => stage.start({ full: true }),
  'free the slot': (stage) => stage.freeSlot(),
  pause: (stage) => stage.dock.downloads.pauseDownload(stage.task.id),
  resume: (stage) => stage.dock.downloads.resumeDownload(stage.task.id),
  cancel: (stage) => stage.dock.downloads.cancelDownload(stage.task.id),
  retry: (stage) => stage.dock.downloads.retryDownload(stage.task.id),
  dismiss: (stage) => stage.dock.downloads.dismissDownload(stage.task.id),
  cut: (stage) => stage.cut(),
  finish: (stage) => stage.finish(),
  'fill the disk': (stage) => stage.fill(),
  'make room': (stage) => stage.makeRoom(),
  wait: (stage) => stage.passBackoff(),
  crash: (stage) => stage.crash(),
}

function nameOf({ value, context }: ModelSnapshot): string {
  return `${String(value)} (attempt ${context.attempt}, slot ${context.slot}, room ${context.room})`
}

/** A path for each way into a state: the default takes some for others. */
function serializeStep(snapshot: ModelSnapshot, event?: DownloadModelEvent, before?: ModelSnapshot): string {
  return JSON.stringify([nameOf(snapshot), event?.type, before && nameOf(before)])
}

const walked = new Set<string>()

async function walk(path: { test: (params: never) => Promise<unknown> }): Promise<void> {
  const stage = new DownloadStage()
  let from = 'nothing'
  const params = {
    events: Object.fromEntries(
      Object.entries(EXECUTORS).map(([type, execute]) => [
        type,
        async () => {
          await execute(stage)
          from = `${from} | ${type}`
        },
      ]),
    ),
    states: {
      '*': async (snapshot: ModelSnapshot) => {
        await stage.expectState(String(snapshot.value), snapshot.context.attempt)
        walked.add(`${from} -> ${nameOf(snapshot)}`)
        from = nameOf(snapshot)
      },
    },
  }
  try {
    // both test models take these parameters; their types differ in names only
    await path.test(params as never)
  } finally {
    await stage.close()
  }
}

describe('the life of a download, on the real dock', () => {
  const paths = createTestModel(downloadModel, { events }).getShortestPaths({
    filterEvents: onlyPossible,
    serializeState: serializeStep,
  } as never) // reason: the types leave out what the step came from

  it('every event of the model has an executor', () => {
    expect(Object.keys(EXECUTORS).sort()).toEqual(events.map(({ type }) => type).sort())
  })

  it.each(paths.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    await walk(path)
  })

  afterAll(() => {
    const steps = adjacencyMapToArray(getAdjacencyMap(downloadModel, { events, filterEvents: onlyPossible }))
    const known = steps.map(({ state, event, nextState }) => `${nameOf(state)} | ${event.type} -> ${nameOf(nextState)}`)
    const missed = known.filter((step) => !walked.has(step))
    // biome-ignore lint/suspicious/noConsole: the figures are asked for
    console.info(
      `download model: ${paths.length} paths, ${known.length - missed.length} of ${known.length} transitions walked`,
    )
    expect(missed).toEqual([])
  })
})

describe('the same model under @xstate/test', () => {
  it('gives the same states, and its paths run on the real dock', async () => {
    const model = createOlderTestModel(downloadModel as never, { events: events as never })
    const paths = model.getShortestPaths({
      toState: (snapshot: { value: unknown }) => snapshot.value === 'installed',
    } as never)
    expect(paths.length).toBeGreaterThan(0)
    const [path] = paths
    if (path) await walk(path as never)
  })
})
