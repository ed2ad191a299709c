import { expect } from 'vitest'
import type { PluginDockErrorCode } from '../../../src/domain/errors/index.js'
import { type Fault, type ScriptedResource, seededBytes } from '../../../src/testing/index.js'
import { type Ending, expectInvariants } from './invariants.js'
import { type Build, openStage, type Run, SIZE_BYTES, type Stage, type StageOptions, type Variant } from './stage.js'

/** Of another file, as long as the bundle. */
export const OTHER_BYTES = seededBytes(SIZE_BYTES, 'another file')

export interface Story extends StageOptions {
  readonly variant: Variant
  readonly build?: Build
  /** Of the bundle's requests, one each. */
  readonly faults: readonly Fault[]
  /** What else lies on the origin, by path. */
  readonly others?: Readonly<Record<string, Uint8Array | ScriptedResource>>
}

/** A download that began, with faults on its way. */
export async function begin(story: Story): Promise<{ stage: Stage; run: Run }> {
  const stage = await openStage(story)
  const plugin = await stage.publish(story.variant, story.build)
  for (const [path, file] of Object.entries(story.others ?? {})) stage.origin.put(path, file)
  stage.origin.script(plugin.path, ...story.faults)
  return { stage, run: await stage.start(plugin) }
}

/** Downloads in spite of the faults; the invariants hold. Gives back where each request for the bundle began. */
export async function expectInstalled(story: Story, cost: Omit<Ending, 'ended'> = {}): Promise<Asked[]> {
  const { stage, run } = await begin(story)
  await run.task.finished
  const asked = askedOf(stage, run)
  await expectInvariants(stage, run, { ended: 'installed', ...cost })
  return asked
}

/** Ends in a typed error; the invariants hold. */
export async function expectFailed(
  story: Story,
  failure: { readonly code: PluginDockErrorCode } & Readonly<Record<string, unknown>>,
  cost: Omit<Ending, 'ended'> = {},
): Promise<Asked[]> {
  const { stage, run } = await begin(story)
  await expect(run.task.finished).rejects.toMatchObject(failure)
  const asked = askedOf(stage, run)
  await expectInvariants(stage, run, { ended: 'failed', ...cost })
  return asked
}

/** A request for a bundle. */
export interface Asked {
  /** Where its range begins; `undefined` without one. */
  readonly offset: number | undefined
  readonly ifRange: string | undefined
}

/** The requests for a bundle so far, oldest first. */
export function askedOf({ origin }: Stage, { plugin }: Run): Asked[] {
  return origin.requests.filter(({ path }) => path === plugin.path).map(({ headers }) => toAsked(headers))
}

function toAsked(headers: Readonly<Record<string, string>>): Asked {
  const offset = /^bytes=(\d+)-/.exec(headers.range ?? '')?.[1]
  return { offset: offset === undefined ? undefined : Number(offset), ifRange: headers['if-range'] }
}
