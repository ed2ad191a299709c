import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PluginDockErrorCode } from '../../../src/domain/errors/index.js'
import type { DownloadState } from '../../../src/domain/progress.js'
import { RECOVERY } from '../../../src/domain/recovery.js'
import { TONES } from '../../../src/react/card/looks.js'
import { situationOf } from '../../../src/react/card/situation.js'
import * as react from '../../../src/react/index.js'
import { ENGLISH, type Situation } from '../../../src/react/index.js'
import * as cards from '../../../stories/DownloadCard.stories.js'
import { NOW, SCENARIOS, type Scenario } from '../../../stories/scenarios.js'

const STORIES = join(import.meta.dirname, '../../../stories')

// reason for both: a record over the union, so that the compiler keeps it whole
const STATES = Object.keys(TONES) as DownloadState[]
const SITUATIONS = Object.keys(ENGLISH.situations) as Situation[]
const { default: meta, ...stories } = cards
const scenarios = Object.values<Scenario>(SCENARIOS)

test.each(STATES)('%s has a story of its own name', (state) => {
  const name = `${state.charAt(0).toUpperCase()}${state.slice(1)}`
  expect(Object.entries(stories).find(([story]) => story === name)?.[1].args?.progress?.state).toBe(state)
})

test('everything the catalogue has words for -> a scenario: states, reasons to wait and codes of failures', () => {
  const shown = new Set(scenarios.map(({ progress, facts = {} }) => situationOf(progress, facts, NOW)))
  expect(SITUATIONS.filter((situation) => !shown.has(situation))).toEqual([])
})

test('every code with which a download may fail -> a scenario', () => {
  const shown = new Set(scenarios.map(({ progress }) => progress.failure?.code))
  const codes = Object.keys(RECOVERY) as PluginDockErrorCode[] // reason: as above
  expect(codes.filter((code) => !shown.has(code))).toEqual([])
})

test('every scenario is a story', () => {
  const shown = Object.values(stories).map(({ args }) => args?.progress)
  expect(scenarios.filter(({ progress }) => !shown.includes(progress))).toEqual([])
})

test('the stories are about the card', () => expect(meta.title).toBe('Widgets/DownloadCard'))

/** What is exported under a widget's name: drawn, and not only for a dock. */
const WIDGETS = Object.keys(react).filter(
  (name) => /^[A-Z][a-z]/.test(name) && !/^Dock|Provider$/.test(name) && name !== 'NotifyOffer',
)
const FRAMES = ['AllStates', 'Dark', 'German', 'Rtl', 'Narrow320', 'ForcedColors', 'Compact']
const texts = readdirSync(STORIES)
  .filter((name) => name.endsWith('.stories.tsx'))
  .map((name) => readFileSync(join(STORIES, name), 'utf8'))

test.each(WIDGETS)(
  '%s -> a sheet of all its states, in each theme, language, direction, width and density',
  (widget) => {
    const own = texts.filter((text) => new RegExp(`title: 'Widgets/${widget}['/]`).test(text)).join('\n')
    expect(FRAMES.filter((frame) => !new RegExp(`^export const ${frame}: Story`, 'm').test(own))).toEqual([])
  },
)
