import hljs from './cdn-assets/es/core.js'
import css from './cdn-assets/es/languages/css.min.js'
import python from './cdn-assets/es/languages/python.min.js'
import rust from './cdn-assets/es/languages/rust.min.js'
import typescript from './cdn-assets/es/languages/typescript.min.js'

const LANGUAGES = { typescript, rust, python, css }
const SAMPLES = {
  typescript: `const dock = await createPluginDock()
const task = await dock.downloads.startDownload(url)
dock.downloads.watchProgress(task.id).subscribe(render)

await task.finished // every byte was checked
const plugin = await dock.plugins.load('acme.code')
const { mount } = await plugin.import<Plugin>()`,
  rust: `fn verify(chunk: &[u8], expected: &Digest) -> Result<(), Corrupt> {
    let found = Sha256::digest(chunk);
    if found.as_slice() != expected { return Err(Corrupt); }
    Ok(())
}`,
  python: `def missing(chunks: list[bytes | None]) -> list[int]:
    """What has to be asked for again, and nothing else."""
    return [index for index, chunk in enumerate(chunks) if chunk is None]`,
  css: `.download[data-state='paused'] progress {
  accent-color: var(--quiet); /* a bar has colour only while it moves */
}`,
}

for (const [name, grammar] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, grammar)

/** Colours source code. The colours are a style sheet of the plugin. */
export async function mount(element, { url, theme }) {
  const sheet = document.createElement('link')
  sheet.rel = 'stylesheet'
  sheet.href = await url(`cdn-assets/styles/github${theme === 'dark' ? '-dark' : ''}.min.css`)
  document.head.append(sheet)
  const bar = Object.assign(document.createElement('div'), { className: 'pd-actions pg-plugin-bar' })
  const code = document.createElement('code')
  const frame = Object.assign(document.createElement('pre'), { className: 'pg-plugin-code', tabIndex: 0 })
  frame.append(code)
  const buttons = Object.keys(SAMPLES).map((name) => button(name, () => show(name)))
  bar.append(...buttons)
  element.replaceChildren(bar, frame)
  const show = (name) => {
    for (const other of buttons) other.setAttribute('aria-pressed', String(other.textContent === name))
    code.className = 'hljs'
    code.innerHTML = hljs.highlight(SAMPLES[name], { language: name }).value
  }
  show('typescript')
  return () => {
    sheet.remove()
    element.replaceChildren()
  }
}

function button(text, onclick) {
  return Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'pd-btn',
    textContent: text,
    onclick,
  })
}
