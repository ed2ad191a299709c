import { useEffect, useState } from 'react'

interface Token {
  readonly name: string
  readonly value: string
}

/** The custom properties of the style sheet that this page has loaded, with what they are here. */
export function TokenTable() {
  const [tokens, setTokens] = useState<readonly Token[]>([])
  useEffect(() => setTokens(readTokens()), [])
  return (
    <table className="guide-tokens">
      <thead>
        <tr>
          <th scope="col">token</th>
          <th scope="col">value</th>
        </tr>
      </thead>
      <tbody>
        {tokens.map(({ name, value }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              {CSS.supports('color', value) ? <span className="guide-swatch" style={{ background: value }} /> : null}
              <code>{value}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function readTokens(): Token[] {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
  const roots = rules
    .filter((rule) => rule instanceof CSSStyleRule)
    .filter(({ selectorText }) => /:root/.test(selectorText))
  const names = roots.flatMap(({ style }) => [...style].filter((name) => name.startsWith('--pd-')))
  const values = getComputedStyle(document.documentElement)
  return [...new Set(names)].map((name) => ({ name, value: values.getPropertyValue(name).trim() }))
}
