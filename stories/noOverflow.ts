import { expect } from 'storybook/test'

/** Nothing is wider than the page. */
export async function expectNoOverflow(canvasElement: HTMLElement): Promise<void> {
  const { scrollWidth, clientWidth } = canvasElement.ownerDocument.documentElement
  await expect(scrollWidth).toBeLessThanOrEqual(clientWidth)
}
