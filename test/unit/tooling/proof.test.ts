import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { type ModelFigures, TABLES, withTable } from '../../../scripts/proof/tables.mjs'
import {
  activationModel,
  admissionModel,
  createModelRun,
  downloadModel,
  leadershipModel,
  spaceModel,
} from '../../../src/testing/index.js'
import { eventsOf } from '../../../src/testing/models/modelGraph.js'
import { IN_CHROMIUM, IN_NODE } from '../../models/downloadStage.js'
import { figuresOf } from '../../models/testEveryPath.js'

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
}

const kept: readonly ModelFigures[] = JSON.parse(read(TABLES.models.figures))

type Model = Parameters<typeof createModelRun>[0]

/** What can be counted without walking. */
function counted(model: Model, place: string, only: readonly string[] = eventsOf(model)) {
  const events = Object.fromEntries(eventsOf(model).map((type) => [type, () => {}]))
  return figuresOf(createModelRun(model, { open: () => {}, events, states: { '*': () => {} } }, { only }), place)
}

describe('the figures of the models: npm run models', () => {
  it('the models as they are -> the figures that are kept', () => {
    expect(kept.map(({ walked: _, ...figures }) => figures)).toEqual([
      counted(activationModel, 'memory'),
      counted(admissionModel, 'memory'),
      counted(downloadModel, 'memory'),
      counted(leadershipModel, 'memory'),
      counted(spaceModel, 'memory'),
      counted(downloadModel, 'Node, files', IN_NODE),
      counted(downloadModel, 'Chromium, OPFS', IN_CHROMIUM),
    ])
  })

  it('every transition was walked', () => {
    expect(kept.filter(({ walked, transitions }) => walked !== transitions)).toEqual([])
  })
})

test.each(Object.entries(TABLES))('README shows the kept figures of %s: npm run proof', (name, { figures, show }) => {
  const readme = read('README.md')
  expect(readme).toBe(withTable(readme, name, show(JSON.parse(read(figures)) as never))) // reason: each table knows its own figures
})

test('a document without markers is refused', () => {
  expect(() => withTable('# Nothing', 'models', '')).toThrow(/models/)
})
