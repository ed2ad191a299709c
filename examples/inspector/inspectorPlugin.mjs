/** `/inspect/` of a page's own server: a panel that shows the actors of every open page of this origin that offers them. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const PAGE = new URL('index.html', import.meta.url)

/** What Vite should look through before it starts, so that it need not reload pages for what it finds later. */
export const INSPECTOR_ENTRIES = ['src/panel/main.tsx', 'src/app/offerInspection.ts'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

export function inspectorPlugin() {
  return {
    name: 'inspector',
    configureServer(server) {
      server.middlewares.use('/inspect', async (request, response, next) => {
        try {
          const html = (await readFile(PAGE, 'utf8')).replace('%PANEL%', `/@fs${addressOf(INSPECTOR_ENTRIES[0])}`)
          response.setHeader('content-type', 'text/html')
          response.end(await server.transformIndexHtml('/inspect/', html, request.originalUrl))
        } catch (error) {
          next(error)
        }
      })
    },
  }
}

/** Windows has drives and backslashes. */
function addressOf(path) {
  const slashed = path.replaceAll('\\', '/')
  return slashed.startsWith('/') ? slashed : `/${slashed}`
}
