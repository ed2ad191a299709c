import { expect, test } from 'vitest'
import { barLine } from '../../../src/cli/progress/barLine.js'
import type { DownloadState } from '../../../src/domain/progress.js'
import { progressOf } from './progressOf.js'

const SOURCE = 'https://cdn.example/plugins/charts/manifest.json'

test('a download shows name, bar, percent, bytes, speed and time', () => {
  const line = barLine(SOURCE, progressOf({ name: 'Charts' }), 120)
  expect(line).toBe(
    'Charts 2.1.0             ━━━━━━━━━━━━━━━━━───────────  62%    18.4 of 29.6 MB  4.2 MB/s  3 min left',
  )
})

test('while nothing is known, there is neither bar nor percent', () => {
  const unknown = { state: 'resolving', pluginId: undefined, version: undefined, totalBytes: undefined } as const
  const line = barLine(SOURCE, progressOf({ ...unknown, bytesDownloaded: 0 }), 120)
  expect(line).toBe(`…/charts/manifest.json   ${'·'.repeat(28)}    …${' '.repeat(21)}Getting ready`)
  expect(line).not.toMatch(/\d%/)
})

test('what does not move says why', () => {
  const waitingFor = { code: 'backoff', message: 'cdn.example closed the connection' } as const
  const line = (columns: number) => barLine(SOURCE, progressOf({ state: 'retrying', waitingFor }), columns)
  expect(line(120)).toMatch(/━─+ {2}62% {2}Trying again: cdn\.example closed the connection$/)
  expect(line(80)).toMatch(/━─+ {2}62% {2}Trying again: cdn\.example closed/)
})

test('what the person paused needs no reason', () => {
  const waitingFor = { code: 'user', message: 'Paused' } as const
  expect(barLine(SOURCE, progressOf({ state: 'paused', waitingFor }), 120)).toMatch(/18\.4 of 29\.6 MB {2}Paused$/)
})

test('the bar is full only when it is installed', () => {
  const bar = (state: DownloadState) => barLine(SOURCE, progressOf({ state, bytesDownloaded: 29_600_000 }), 120)
  expect(bar('verifying')).toMatch(/─ {2}99%/)
  expect(bar('installed')).toMatch(/━ 100%.*Installed$/)
  expect(bar('installed')).not.toMatch(/─/)
})

test.each([40, 60, 80, 100, 200])('in %i columns it fits on its line', (columns) => {
  const long = { name: 'A plugin with quite a long name', version: '10.20.30-beta.4' }
  expect([...barLine(SOURCE, progressOf(long), columns)].length).toBeLessThan(columns)
})
