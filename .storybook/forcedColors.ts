export type ForcedColors = (isOn: boolean) => Promise<unknown>

/** Where somebody holds the browser's strings. In Storybook itself it is up to the system, or to the browser's tools. */
export function forcedColors(): ForcedColors | undefined {
  return (globalThis as { readonly emulateForcedColors?: ForcedColors }).emulateForcedColors // reason: put there by tests
}
