import { describe, expect, test } from 'vitest'
import type { EvictionItem } from '../../../src/domain/evictionPlan.js'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import { describeDownload } from '../../../src/react/card/describeDownload.js'
import { GERMAN } from '../../../src/react/words/german.js'
import { createWords } from '../../../src/react/words/words.js'
import { CALLBACKS } from '../../../stories/callbacks.js'
import { NOW, SCENARIOS, type Scenario } from '../../../stories/scenarios.js'

const english = createWords({ locale: 'en', timeZone: 'UTC' })
const german = createWords({ locale: 'de', messages: GERMAN, timeZone: 'UTC' })

function describeScenario({ progress, facts = {} }: Scenario, words = english, callbacks = CALLBACKS) {
  const live = { remaining: '3 min left', speed: '68 kB/s' }
  return describeDownload(progress, { facts, callbacks, words, live, now: NOW })
}

function said(scenario: Scenario, words = english): string {
  const { title, sentence, note } = describeScenario(scenario, words)
  const row = [title.text, sentence?.text].filter((text) => text !== undefined).join(' · ')
  return [row, note]
    .filter((text) => text !== undefined)
    .join('. ')
    .replaceAll(/[\u00a0\u202f]/g, ' ')
}

function variant(scenario: Scenario, changes: Partial<DownloadProgress>): Scenario {
  return { ...scenario, progress: { ...scenario.progress, ...changes } }
}

test.each<[keyof typeof SCENARIOS, string, string]>([
  [
    'resolving',
    'Getting ready · Reading what this plugin contains',
    'Wird vorbereitet · Liest, was dieses Plugin enthält',
  ],
  [
    'queued',
    'Up next · Starts when one of the 3 running downloads ends',
    'Als Nächstes · Beginnt, wenn einer der 3 laufenden Downloads endet',
  ],
  ['queuedLater', 'Waiting for its turn · 3rd in line', 'Wartet, bis es dran ist · Platz 3'],
  [
    'retryingServerBusySoon',
    'The server is busy · It asked to come back in 12 sec',
    'Der Server ist ausgelastet · Er bittet um einen neuen Versuch in 12 Sek.',
  ],
  [
    'downloadingSilent',
    'Downloading · No data for 8 sec; reconnects at 20 sec',
    'Wird geladen · Seit 8 Sek. keine Daten; neue Verbindung nach 20 Sek.',
  ],
  ['paused', 'Paused · 20.2 MB are safe on this device', 'Angehalten · 20,2 MB sind auf diesem Gerät sicher'],
  ['retrying', 'Trying again in 12 sec · The connection was cut', 'Neuer Versuch in 12 Sek. · Die Verbindung brach ab'],
  [
    'retryingServerBusy',
    'The server is busy · It asked to come back at 2:08 PM',
    'Der Server ist ausgelastet · Er bittet um einen neuen Versuch um 14:08',
  ],
  [
    'installing',
    'Installing · Version 2.1.0 keeps working meanwhile',
    'Wird installiert · Version 2.1.0 läuft solange weiter',
  ],
  [
    'awaitingSpace',
    "Needs 28 MB more space. There isn't enough room on this device. Free some up, and the download goes on by itself.",
    'Braucht noch 28 MB Platz. Auf diesem Gerät ist nicht genug frei. Schaffen Sie Platz, dann geht es von selbst weiter.',
  ],
  [
    'rolledBack',
    "Back on 2.1.0. Version 2.2.0 didn't start, so 2.1.0 is running again. It stays skipped until December 7 or a newer version.",
    'Zurück auf 2.1.0. Version 2.2.0 ist nicht gestartet, deshalb läuft wieder 2.1.0. Sie wird bis 7. Dezember oder bis zu einer neueren Version übersprungen.',
  ],
  [
    'failed',
    "Couldn't download. cdn.example can't be reached. What you have so far is kept.",
    'Konnte nicht geladen werden. cdn.example ist nicht erreichbar. Was schon da ist, bleibt.',
  ],
  [
    'cancelled',
    'Cancelled · The 20.2 MB downloaded so far were removed. You can download it again at any time.',
    'Abgebrochen · Die bisher geladenen 20,2 MB wurden entfernt. Sie können es jederzeit wieder laden.',
  ],
])('%s -> the words of the design, in both languages', (name, text, deutsch) => {
  expect(said(SCENARIOS[name])).toBe(text)
  expect(said(SCENARIOS[name], german)).toBe(deutsch)
})

test.each(Object.entries<Scenario>(SCENARIOS))('%s -> a title, and no parameter left over', (_, scenario) => {
  for (const words of [english, german]) {
    const card = describeScenario(scenario, words)
    expect(card.title.text).not.toBe('')
    expect(JSON.stringify(card)).not.toMatch(/[{[]\w+[}\]] |undefined/)
    expect(card.actions.beside.length).toBeLessThanOrEqual(3)
  }
})

describe('percent', () => {
  const at = (changes: Partial<DownloadProgress>) =>
    describeScenario(variant(SCENARIOS.downloading, { previousVersion: undefined, ...changes })).percent

  test('99.99 % -> 99', () => expect(at({ bytesDownloaded: 99_990, totalBytes: 100_000 })).toBe('99%'))
  test('all bytes -> 99, until it is installed', () => {
    expect(at({ bytesDownloaded: 100_000, totalBytes: 100_000 })).toBe('99%')
    expect(at({ state: 'verifying', totalBytes: 100_000 })).toBe('99%')
    expect(at({ state: 'installed' })).toBeUndefined()
  })
  test('no total -> none, and a bar without a value', () => {
    expect(at({ totalBytes: undefined })).toBeUndefined()
    expect(describeScenario(SCENARIOS.downloadingSizeUnknown).bar?.value).toBeUndefined()
  })
  test('queued with nothing -> none', () => expect(describeScenario(SCENARIOS.queued).percent).toBeUndefined())
})

describe('actions', () => {
  test('without a callback -> not offered', () => {
    const { actions } = describeScenario(SCENARIOS.paused, english, { ...CALLBACKS, onResume: undefined } as never) // reason: as an app may
    expect(actions.beside.map(({ name }) => name)).toEqual(['cancel'])
  })

  test('consent -> later, what it costs, or the price on the button', () => {
    const labels = describeScenario(SCENARIOS.awaitingConsent).actions.inNote.map(({ label }) => label)
    expect(labels).toEqual(['Later', 'Options…', 'Download 23.5\u00a0MB'])
  })

  test('a signature that is not trusted -> no way round it', () => {
    expect(describeScenario(SCENARIOS.failedSignature).actions.inNote).toEqual([])
  })
})

test('a countdown -> a text that does not count, for screen readers', () => {
  expect(describeScenario(SCENARIOS.retrying).title.still).toBe('Trying again in a few seconds')
})

test('an update that fails -> says that the old version works', () => {
  expect(said(SCENARIOS.failedSignature)).toContain('Version 2.1.0 keeps working.')
})

test('a failure whose words need what nobody knows -> what the core says', () => {
  const failure = { code: 'http-status', message: 'It said no', retryable: false, attempt: 1 } as const
  expect(said(variant(SCENARIOS.failed, { failure }))).toBe(
    'The server had a problem. It said no. What you have so far is kept.',
  )
})

test('too little may go by itself -> says that room is needed, and offers to choose; nothing may -> why', () => {
  const actionOf = (items: readonly EvictionItem[]) => {
    const plan = { bytesToFree: 28e6, bytesFreed: 1e6, sufficient: false, items }
    const waitingFor = { code: 'space', message: 'No room', bytesNeeded: 28e6, plan } as const
    return describeScenario(variant(SCENARIOS.awaitingSpace, { waitingFor })).actions.inNote.map(({ label }) => label)
  }
  expect(actionOf([{ kind: 'plugin', pluginId: 'acme.drafts', version: '1.0.0', sizeBytes: 1e6 }])).toEqual([
    'Free up space',
  ])
  expect(actionOf([])).toEqual(['Show plugins'])
})

test('given as a manifest, so that nobody but the app can start it again -> that is not offered', () => {
  const { rolledBack, cancelled } = SCENARIOS
  const offered = ({ progress, facts }: Scenario, isSourceGone: boolean) => {
    const { inNote, beside } = describeScenario({ progress, facts: { ...facts, isSourceGone } }).actions
    return [...inNote, ...beside].map(({ name }) => name)
  }
  for (const [scenario, name] of [
    [rolledBack, 'tryVersion'],
    [cancelled, 'downloadAgain'],
  ] as const) {
    expect(offered(scenario, false)).toContain(name)
    expect(offered(scenario, true)).not.toContain(name)
  }
})

test('what it installed was removed -> it is not offered to open it', () => {
  const namesOf = (facts: object) =>
    describeScenario({ ...SCENARIOS.installed, facts }).actions.beside.map(({ name }) => name)
  expect(namesOf({})).toEqual(['open', 'dismiss'])
  expect(namesOf({ isRemoved: true })).toEqual(['dismiss'])
})
