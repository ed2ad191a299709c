/** Plugin files through the app's own service worker. */
export const imports = { palette: async () => ({ ink: 'navy', made: 1 }) }

export async function serve() {
  const { serviceWorker } = navigator
  await serviceWorker.register('/sw.js')
  if (serviceWorker.controller) return
  await new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
}

/** What the plugin says of what it has drawn, and the colour of that. */
export async function render(plugin) {
  const stage = document.createElement('div')
  document.body.append(stage)
  const { url, ...rendered } = await (await plugin.import()).render(stage, await plugin.url('worker.js'))
  const canvas = document.createElement('canvas').getContext('2d')
  canvas.drawImage(stage.querySelector('img'), 0, 0)
  return {
    ...rendered,
    isOfAddress: url.includes('/plugdock/acme.charts/'),
    pixel: [...canvas.getImageData(20, 20, 1, 1).data],
  }
}
