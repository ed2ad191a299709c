import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** Less is left to the garbage collector. */
const WORTH_BYTES = 16 * 1024

let nowhere: MessagePort | undefined

/**
 * Frees the memory of a network buffer now. Node allocates two buffers for every 64 KiB that come over HTTP; left to
 * the garbage collector, about 30 MiB of them lie around, and every new one is cold (measured: half the time and
 * 33 MiB less with this). To transfer a buffer to a closed port is the one way to free it that Node 20 has. Whoever
 * calls this has copied what it needs: `piece` is empty afterwards. A view of a part of a buffer is left alone.
 */
export function freeSpent(piece: Uint8Array): void {
  const { buffer, byteLength } = piece
  if (byteLength < WORTH_BYTES || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return
  nowhere ??= closedPort()
  nowhere.postMessage(undefined, [buffer])
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port2.close()
  port1.close()
  return port1
}
