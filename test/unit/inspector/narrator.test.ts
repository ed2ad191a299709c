import type { StatelyInspectionEvent } from '@statelyai/inspect'
import { describe, expect, it } from 'vitest'
import type { InspectionEvent } from 'xstate'
import { brief } from '../../../examples/inspector/src/app/brief.js'
import { createNarrator } from '../../../examples/inspector/src/app/narrator.js'
import { inspectActors } from '../../../src/index.js'
import { createStage } from '../dock/stage.js'

describe('what a page tells its panels', () => {
  it('a download from its start to its end -> who there is, what it does, what it is told, in small plain messages', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const messages: StatelyInspectionEvent[] = []
    const narrate = createNarrator()
    const inspection = inspectActors(dock.supervisor, (happened: InspectionEvent) => {
      const message = narrate(happened)
      if (message) messages.push(message)
    })
    const plugins = [await stage.publish({ size: 1_000_000 }), await stage.publish({ id: 'acme.other' })]
    for (const { manifest, url } of plugins)
      await (await dock.downloads.startDownload(manifest, { baseUrl: url })).finished
    inspection.unsubscribe()

    const text = messages.map((message) => JSON.stringify(message))
    expect(structuredClone(messages)).toEqual(messages)
    expect(Math.max(...text.map(({ length }) => length))).toBeLessThan(16 * 1024)
    const charts = messages.flatMap((message) =>
      message.type === '@xstate.actor' && message.definition ? [JSON.parse(message.definition)] : [],
    )
    expect(charts.filter(({ id }) => id === 'download').map((chart) => 'states' in chart)).toEqual([true, false])
    const values = messages.flatMap((message) =>
      message.type === '@xstate.snapshot' ? [Object(message.snapshot).value] : [],
    )
    expect(values).toContainEqual({ working: 'downloading' })
    expect(values).toContain('installed')
  })
})

describe('a value in brief', () => {
  it.each([
    ['bytes', new Uint8Array(65_536), '‹65536 bytes›'],
    ['a blob', new Blob(['abc']), '‹3 bytes›'],
    ['a map', new Map([[1, 2]]), '‹1 entries›'],
    ['a function', function start() {}, '‹function start›'],
    ['a large number', 12n, '12'],
    ['an error', new TypeError('No'), { name: 'TypeError', message: 'No' }],
    ['an actor', { toJSON: () => ({ id: 'x:1' }) }, { id: 'x:1' }],
    ['a list', [1, null, undefined, true], [1, null, undefined, true]],
  ])('%s -> in words, or plain', (_, value, expected) => expect(brief(value)).toEqual(expected))

  it('a long text, a long list, many fields, many levels -> their beginning, and how much is left out', () => {
    expect(brief('a'.repeat(1000))).toBe(`${'a'.repeat(300)}… (1000 characters)`)
    expect(brief(Array.from({ length: 30 }, (_, index) => index))).toHaveLength(21)
    const wide = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`field${index}`, index]))
    expect(brief(wide)).toMatchObject({ field39: 39, '…': '10 more' })
    const endless: Record<string, unknown> = {}
    endless.self = endless
    expect(JSON.stringify(brief(endless))).toContain('…')
  })
})
