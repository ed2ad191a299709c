import { afterAll, expect, it } from 'vitest'
import type { ModelRun } from '../../src/testing/index.js'

/**
 * A test for each path, and that they walked every transition of the model. `place` is where: with it the figures are
 * printed for README's table, see scripts/proof.mjs.
 */
export function testEveryPath(run: ModelRun, place?: string): void {
  it.each(run.paths.map((path) => [path.description, path] as const))('%s', (_, path) => path.run())

  afterAll(() => {
    const walked = run.transitions.length - run.missed.length
    // biome-ignore lint/suspicious/noConsole: the figures are asked for
    if (place !== undefined) console.info(`model figures ${JSON.stringify({ ...figuresOf(run, place), walked })}`)
    expect(run.missed).toEqual([])
  })
}

/** What can be counted without walking. */
export function figuresOf({ model, paths, transitions }: ModelRun, place: string) {
  const situations = new Set(transitions.flatMap((transition) => transition.split(/ \| .* -> /)))
  return {
    model,
    place,
    states: new Set([...situations].map((situation) => situation.replace(/ \(.*\)$/, ''))).size,
    situations: situations.size,
    transitions: transitions.length,
    paths: paths.length,
  }
}
