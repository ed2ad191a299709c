/// <reference types="vite/types/importMeta.d.ts" />
import mermaid from 'mermaid'
import { describe, expect, test } from 'vitest'
import { activationMachine, downloadMachine, supervisorMachine } from '../../machines/index.js'
import { toMermaid, toMermaidOutline } from '../../src/charts/toMermaid.js'

const documents = import.meta.glob(['/*.md', '/machines/*.md', '/docs/**/*.md'], { query: '?raw', import: 'default' })
const DRAWING = /^```mermaid\n(.+?)\n```$/gms

const drawingsIn = (markdown: string): readonly string[] => [...markdown.matchAll(DRAWING)].map(([, text = '']) => text)

describe('Mermaid reads', () => {
  test('what is no drawing -> refused', () => expect(mermaid.parse('stateDiagram-v2\n  a --> : {{{')).rejects.toThrow())

  test.each([
    ['supervisor', supervisorMachine],
    ['download', downloadMachine],
    ['activation', activationMachine],
  ])('the chart of %s, with notes and without', async (_, machine) => {
    expect(await mermaid.parse(toMermaid(machine))).toMatchObject({ diagramType: 'stateDiagram' })
    expect(await mermaid.parse(toMermaidOutline(machine))).toMatchObject({ diagramType: 'stateDiagram' })
  })

  test('every drawing of every document', async () => {
    const drawings: string[] = []
    for (const read of Object.values(documents)) drawings.push(...drawingsIn(String(await read())))
    expect(drawings.length).toBeGreaterThanOrEqual(4)
    for (const drawing of drawings) await mermaid.parse(drawing)
  })
})
