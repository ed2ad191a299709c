/** `/control` of the page's own server: what the origin is like, and how to change it. */

/** @param {Awaited<ReturnType<typeof import('./openOrigin.mjs').openOrigin>>} origin */
export function controlPlugin(origin) {
  return {
    name: 'playground-control',
    configureServer(server) {
      server.middlewares.use('/control', (request, response) => {
        answer(origin, request).then(
          (state) => send(response, 200, state),
          (error) => send(response, 400, { error: String(error) }),
        )
      })
    },
  }
}

async function answer(origin, request) {
  if (request.method === 'POST') await origin.change(await readJson(request))
  return origin.state()
}

async function readJson(request) {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  return JSON.parse(Buffer.concat(pieces).toString())
}

function send(response, code, body) {
  response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
