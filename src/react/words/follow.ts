import { useState } from 'react'

const NOTHING = Symbol()

/**
 * A state that follows from the one before and from what comes in, within the same drawing: an effect would draw twice.
 * Asked again about the same input it stays, so that a drawing may be repeated, or thrown away.
 */
export function useFollowing<State, Input>(
  first: State,
  input: Input,
  next: (last: State, input: Input) => State,
): State {
  const [held] = useState<{ state: State; input: Input | typeof NOTHING }>(() => ({ state: first, input: NOTHING }))
  if (Object.is(held.input, input)) return held.state
  held.input = input
  held.state = next(held.state, input)
  return held.state
}
