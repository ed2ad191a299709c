import type { ReactNode } from 'react'

const SHAPES: Readonly<Record<string, ReactNode>> = {
  'acme.charts': <path d="M4 20h16M7 16.5v-5M12 16.5V5M17 16.5V8.5" />,
  'acme.pdf': (
    <>
      <path d="M6.5 3.5h7.6l4 4v13H6.5z" />
      <path d="M14 3.5v4.2h4.2M9.5 12.5h5.6M9.5 16h5.6" />
    </>
  ),
  'acme.colours': <path d="M8.5 7 3.8 12l4.7 5M15.5 7l4.7 5-4.7 5M13.4 4.5l-2.8 15" />,
  'acme.graphics': (
    <>
      <circle cx="6" cy="7" r="2.4" />
      <circle cx="18" cy="6" r="2.4" />
      <circle cx="12.5" cy="17.6" r="2.4" />
      <path d="M8.3 6.8l7.3-.6M7 9.2l4.3 6.3M16.8 8.2l-3.2 7.1" />
    </>
  ),
}

/** The pictures of the plugins in the stories; a box for the others. */
export function pluginIcon(pluginId: string | undefined): ReactNode {
  const shape = pluginId === undefined ? undefined : SHAPES[pluginId]
  return shape ? (
    <svg className="pd-icon" viewBox="0 0 24 24" aria-hidden="true">
      {shape}
    </svg>
  ) : undefined
}
