import { expect, waitFor } from 'storybook/test'

/** In the drawing itself, the innermost states that are lit are these, by the names they are drawn with. */
export async function expectLit(canvasElement: HTMLElement, ...names: readonly string[]): Promise<void> {
  await waitFor(() => expect(litIn(canvasElement)).toEqual([...names].sort()), { timeout: 10_000 })
}

function litIn(canvasElement: HTMLElement): readonly string[] {
  const lit = canvasElement.querySelectorAll('.machine-chart svg [data-lit="innermost"]')
  return [...lit].map((group) => group.textContent?.trim() ?? '').sort()
}
