import type { Bytes } from '../../domain/bytes.js'
import type { BundleReader, BundleStore, PartialBundle } from '../../ports/bundleStore.js'
import type { EngineCalls, OpenedFile } from './engine.protocol.js'
import type { Wire } from './wire.js'

type Engine = Pick<Wire<EngineCalls>, 'call'>

/** The worker's store, for the page. Bytes that are read are given over; bytes that are written are copied once. */
export function createRemoteStore(engine: Engine): BundleStore {
  return {
    openPartial: async (key) => new RemotePartial(engine, await engine.call('openPartial', key)),
    deletePartial: (key) => engine.call('deletePartial', key),
    openBundle: async (address) => {
      const opened = await engine.call('openBundle', address)
      return opened && new RemoteReader(engine, opened)
    },
    deleteBundle: (address) => engine.call('deleteBundle', address),
    deleteUnknown: (name) => engine.call('deleteUnknown', name),
    list: (options) => engine.call('list', options),
    availableBytes: () => engine.call('availableBytes'),
  }
}

class RemoteReader implements BundleReader {
  protected readonly engine: Engine
  protected readonly handle: number
  protected bytes: number
  #closing: Promise<void> | undefined

  constructor(engine: Engine, { handle, size }: OpenedFile) {
    this.engine = engine
    this.handle = handle
    this.bytes = size
  }

  get size(): number {
    return this.bytes
  }

  read(offset: number, length: number): Promise<Bytes> {
    return this.engine.call('read', this.handle, offset, length)
  }

  digests(offset: number, lengths: readonly number[]): Promise<Bytes> {
    return this.engine.call('digests', this.handle, offset, lengths)
  }

  close(hint = { opensAgain: false }): Promise<void> {
    this.#closing ??= this.engine.call('closeFile', this.handle, hint.opensAgain)
    return this.#closing
  }
}

class RemotePartial extends RemoteReader implements PartialBundle {
  async write(offset: number, bytes: Bytes): Promise<void> {
    this.bytes = await this.engine.call('write', this.handle, offset, bytes.slice())
  }

  async truncate(size: number): Promise<void> {
    this.bytes = await this.engine.call('truncate', this.handle, size)
  }

  flush(): Promise<void> {
    return this.engine.call('flush', this.handle)
  }

  seal(address: string): Promise<void> {
    return this.engine.call('seal', this.handle, address)
  }
}
