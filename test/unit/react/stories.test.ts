import { expect, test } from 'vitest'
import type { DownloadState } from '../../../src/domain/progress.js'
import { TONES } from '../../../src/react/card/looks.js'
import * as cards from '../../../stories/DownloadCard.stories.js'
import { SCENARIOS } from '../../../stories/scenarios.js'

// reason: a record over the union, so that the compiler keeps it whole
const STATES = Object.keys(TONES) as DownloadState[]
const { default: meta, ...stories } = cards

test.each(STATES)('%s has a story of its own name', (state) => {
  const name = `${state.charAt(0).toUpperCase()}${state.slice(1)}`
  expect(Object.entries(stories).find(([story]) => story === name)?.[1].args?.progress?.state).toBe(state)
})

test('every scenario is a story', () => {
  const shown = Object.values(stories).map(({ args }) => args?.progress)
  expect(Object.values(SCENARIOS).filter(({ progress }) => !shown.includes(progress))).toEqual([])
})

test('the stories are about the card', () => expect(meta.title).toBe('Widgets/DownloadCard'))
