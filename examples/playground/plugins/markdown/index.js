import { marked } from './marked/lib/marked.esm.js'

const TEXT = `# Write here

This box is **Markdown**, and the other is what *marked* makes of it.

- every byte of the plugin was checked
- it works without a network
- delete it, and it is gone

> 0.2 MB: the smallest of the six.
`

/** Markdown beside the page that it becomes. */
export function mount(element) {
  const input = Object.assign(document.createElement('textarea'), {
    className: 'pg-plugin-text',
    value: TEXT,
    ariaLabel: 'Markdown',
    spellcheck: false,
  })
  const page = Object.assign(document.createElement('div'), { className: 'pg-plugin-page' })
  const show = () => {
    page.innerHTML = marked.parse(withoutTags(input.value))
  }
  input.addEventListener('input', show)
  const frame = Object.assign(document.createElement('div'), { className: 'pg-plugin-split' })
  frame.append(input, page)
  element.replaceChildren(frame)
  show()
  return () => element.replaceChildren()
}

/** Only Markdown's own markup becomes HTML. */
function withoutTags(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
