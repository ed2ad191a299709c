import { once } from 'node:events'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'

const LOOPBACK = '127.0.0.1'

/**
 * A TCP proxy with a gate for what comes from the server: it stops everything at a byte, so that a test can do its
 * worst in the middle of a transfer, whatever the speed. What stands before the gate slows the server down.
 */
export class Gate {
  readonly url: string
  /** Answers' bytes that were handed to clients, heads included. */
  bytesPassed = 0
  /** How many brought something, open or not. */
  connectionsSoFar = 0
  readonly #server: Server
  readonly #open = new Set<Passage>()
  #room = Number.POSITIVE_INFINITY
  readonly #onMove = new Set<() => void>()

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async open(targetPort: number): Promise<Gate> {
    const server = createServer()
    server.listen(0, LOOPBACK)
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('There is no free port')
    const gate = new Gate(server, `http://${LOOPBACK}:${address.port}`)
    server.on('connection', (client) => void gate.#pass(client, targetPort))
    return gate
  }

  /** How many are open and have brought something: what a failure now costs, it costs on each of them. */
  get connections(): number {
    return [...this.#open].filter(({ bytesPassed }) => bytesPassed > 0).length
  }

  /** Lets so many more bytes through, then nothing. Settles once the last of them went to the client. */
  async holdAfter(bytes: number): Promise<void> {
    this.#room = bytes
    this.#moved()
    await this.#until(() => this.#room === 0)
  }

  release(): void {
    this.#room = Number.POSITIVE_INFINITY
    this.#moved()
  }

  /** Breaks every connection with a RST. Those that follow have what room there is. */
  cut(): void {
    for (const { client } of this.#open) breakOff(client)
    this.#moved()
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }

  async #pass(client: Socket, targetPort: number): Promise<void> {
    const server = dial(targetPort, LOOPBACK)
    const passage: Passage = { client, bytesPassed: 0 }
    this.#open.add(passage)
    client.on('error', () => {})
    client.on('close', () => server.destroy())
    client.pipe(server)
    try {
      for await (const piece of server) await this.#forward(piece, passage)
      client.end()
    } catch {
      // the client left, or the server died
      breakOff(client)
    } finally {
      // a socket that nobody reads does not notice its end
      client.unpipe(server).resume()
      this.#open.delete(passage)
      this.#moved()
    }
  }

  async #forward(bytes: Buffer, passage: Passage): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      await this.#roomFor(passage)
      const piece = bytes.subarray(at, at + this.#room)
      at += piece.length
      this.#room -= piece.length
      if (passage.bytesPassed === 0) this.connectionsSoFar++
      passage.bytesPassed += piece.length
      this.bytesPassed += piece.length
      await write(passage.client, piece)
      this.#moved()
    }
  }

  async #roomFor({ client }: Passage): Promise<void> {
    const left = () => this.#moved()
    client.once('close', left)
    await this.#until(() => this.#room > 0 || client.destroyed)
    client.off('close', left)
    if (client.destroyed) throw new Error('The client is gone')
  }

  #moved(): void {
    for (const look of [...this.#onMove]) look()
  }

  #until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isTrue()) return
        this.#onMove.delete(look)
        resolve()
      }
      this.#onMove.add(look)
      look()
    })
  }
}

interface Passage {
  readonly client: Socket
  bytesPassed: number
}

/** With a RST, unless an end is already on its way: Node then never closes what it should reset. */
function breakOff(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}

/** Settles when the socket took them: that is the back-pressure. */
function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}
