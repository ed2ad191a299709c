/** As React Native has them: events, and no reason. */
export function engineOfPhones() {
  class PhoneSignal extends EventTarget {
    aborted = false
  }
  class PhoneController {
    readonly signal = new PhoneSignal()

    abort(): void {
      if (this.signal.aborted) return
      this.signal.aborted = true
      this.signal.dispatchEvent(new Event('abort'))
    }
  }
  return {
    AbortController: PhoneController,
    AbortSignal: PhoneSignal,
  } as unknown as Pick<typeof globalThis, 'AbortController' | 'AbortSignal'> // reason: less than the standard, which is the case
}

/** React Native's holds texts and other blobs. */
class PhoneBlob {
  constructor(parts: readonly unknown[] = []) {
    if (parts.some((part) => part instanceof ArrayBuffer || ArrayBuffer.isView(part))) {
      throw new Error("Creating blobs from 'ArrayBuffer' and 'ArrayBufferView' are not supported")
    }
  }
}

/** What Hermes with React Native and Expo has not, or has otherwise. */
const MISSING = [
  'WebAssembly',
  'crypto',
  'navigator',
  'BroadcastChannel',
  'CompressionStream',
  'DecompressionStream',
  'Worker',
  'ReadableByteStreamController',
]

/** Makes this engine one of phones, as far as plugdock could notice, until the returned function is called. */
export function becomePhone(): () => void {
  const replaced: Readonly<Record<string, unknown>> = {
    ...engineOfPhones(),
    Blob: PhoneBlob,
    ...Object.fromEntries(MISSING.map((name) => [name, undefined])),
  }
  const before = Object.keys(replaced).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
  for (const [name, value] of Object.entries(replaced)) {
    if (value === undefined) Reflect.deleteProperty(globalThis, name)
    else Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
  return () => {
    for (const [name, descriptor] of before) if (descriptor) Object.defineProperty(globalThis, name, descriptor)
  }
}
