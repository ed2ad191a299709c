import { afterAll, expect, it } from 'vitest'
import type { ModelRun } from '../../src/testing/index.js'

/** A test for each path, and that they walked every transition of the model. */
export function testEveryPath(run: ModelRun): void {
  it.each(run.paths.map((path) => [path.description, path] as const))('%s', (_, path) => path.run())

  afterAll(() => {
    const { model, paths, transitions, missed } = run
    // biome-ignore lint/suspicious/noConsole: the figures are asked for
    console.info(
      `${model}: ${paths.length} paths, ${transitions.length - missed.length} of ${transitions.length} transitions`,
    )
    expect(missed).toEqual([])
  })
}
