import { getDocument, PDFWorker } from './pdfjs-dist/build/pdf.mjs'

/** Shows a document page by page. The worker, the fonts and the document are files of the plugin itself. */
export async function mount(element, host) {
  const worker = new Worker(await host.url('pdfjs-dist/build/pdf.worker.min.mjs'), { type: 'module' })
  const loading = getDocument({
    worker: PDFWorker.create({ port: worker }),
    data: await host.read('sample.pdf'),
    BinaryDataFactory: filesOf(host),
    standardFontDataUrl: 'standard_fonts/',
    useSystemFonts: false,
    useWorkerFetch: false,
  })
  const pages = await loading.promise
  const view = createView(element)
  let number = 0
  const show = async (step) => {
    number = Math.min(pages.numPages, Math.max(1, number + step))
    view.say(`Page ${number} of ${pages.numPages}`)
    await draw(await pages.getPage(number), view.canvas)
  }
  view.back.onclick = () => show(-1)
  view.forward.onclick = () => show(1)
  await show(1)
  return async () => {
    await loading.destroy()
    worker.terminate()
    element.replaceChildren()
  }
}

/** What the worker asks for while it draws. */
function filesOf(host) {
  return class {
    fetch({ filename }) {
      return host.read(`pdfjs-dist/standard_fonts/${filename}`)
    }
  }
}

function createView(element) {
  const bar = document.createElement('div')
  bar.className = 'pd-actions pg-plugin-bar'
  const [back, forward] = ['Back', 'Forward'].map((text) => {
    const button = document.createElement('button')
    return Object.assign(button, { type: 'button', className: 'pd-btn', textContent: text })
  })
  const label = Object.assign(document.createElement('span'), { className: 'pd-num' })
  bar.append(back, forward, label)
  const canvas = Object.assign(document.createElement('canvas'), { className: 'pg-plugin-paper' })
  element.replaceChildren(bar, canvas)
  return { back, forward, canvas, say: (text) => label.replaceChildren(text) }
}

async function draw(page, canvas) {
  const scale = Math.min(560, canvas.parentElement.clientWidth - 32) / page.getViewport({ scale: 1 }).width
  const viewport = page.getViewport({ scale: scale * window.devicePixelRatio })
  canvas.style.inlineSize = `${viewport.width / window.devicePixelRatio}px`
  canvas.width = viewport.width
  canvas.height = viewport.height
  await page.render({ canvas, viewport }).promise
}
