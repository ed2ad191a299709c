/**
 * The signal that a `fetch` was called with. Not that of a `Request` made of its arguments: Node forgets to abort that one
 * when the request was collected as garbage.
 */
export function givenSignal(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): AbortSignal {
  const ofInput = input instanceof Request ? input.signal : undefined
  return init?.signal ?? ofInput ?? new AbortController().signal
}
