import type { CatalogueItem } from '../origin.js'

export type StepName = 'install' | 'open' | 'break' | 'fill' | 'update' | 'end'

export const STEPS: readonly StepName[] = ['install', 'open', 'break', 'fill', 'update', 'end']

/** The number that a person sees: to open it belongs to its install. */
const NUMBERS: Readonly<Record<StepName, number>> = { install: 1, open: 1, break: 2, fill: 3, update: 4, end: 4 }
export const STEP_COUNT = 4

/** What is interrupted and what fills up needs some bytes. */
const BIG_BYTES = 1_500_000

export function numberOf(step: StepName): number {
  return NUMBERS[step]
}

export function stepAfter(step: StepName): StepName {
  return STEPS[STEPS.indexOf(step) + 1] ?? 'end'
}

/** What a step is about; `undefined` where everything that would do is installed. */
export function itemOfStep(
  step: StepName,
  plugins: readonly CatalogueItem[],
  isInstalled: (item: CatalogueItem) => boolean,
): CatalogueItem | undefined {
  const [first, ...others] = plugins
  if (step !== 'break' && step !== 'fill') return first
  const big = others.filter((item) => item.sizeBytes > BIG_BYTES && !isInstalled(item))
  // the bigger, the longer there is something to interrupt
  return big.sort((left, right) => right.sizeBytes - left.sizeBytes)[0]
}
