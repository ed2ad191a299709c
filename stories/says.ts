import { expect, within } from 'storybook/test'

/** A play function: the widget's status says so. */
export const says = (text: string) => async (context: { canvasElement: HTMLElement }) => {
  await expect(within(context.canvasElement).getByRole('status')).toHaveTextContent(text)
}
