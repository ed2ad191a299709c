import { createServer, request } from 'node:http'

export interface IsolatedServer {
  readonly url: string
  close(): Promise<void>
}

/** The same site, as one that wants its pages cross-origin isolated. */
export async function serveIsolated(url: string): Promise<IsolatedServer> {
  const server = createServer((asked, answer) => {
    const onward = request(new URL(asked.url ?? '/', url), (given) => {
      const isolation = {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }
      answer.writeHead(given.statusCode ?? 502, { ...given.headers, ...isolation })
      given.pipe(answer)
    })
    onward.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
