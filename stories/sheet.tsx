import type { ReactNode } from 'react'

/** A widget in each of its states, under their names. */
export function Sheet({ items }: { readonly items: Readonly<Record<string, ReactNode>> }): ReactNode {
  return (
    <div className="columns">
      {Object.entries(items).map(([name, item]) => (
        <section key={name} aria-label={name}>
          <h2 className="caption">{name}</h2>
          {item}
        </section>
      ))}
    </div>
  )
}
