/**
 * Stands for an actor that a chart names and does not bring: its type, and nothing to run. `provide` is given all of
 * them at once, so that a forgotten one is a type error.
 */
export function declared<TLogic>(): TLogic {
  return {} as TLogic // reason: there is nothing of this logic but its type
}
