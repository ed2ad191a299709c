import type { ReactNode } from 'react'

const PATHS = {
  dock: 'M4 15.5v2.3A2.2 2.2 0 0 0 6.2 20h11.6a2.2 2.2 0 0 0 2.2-2.2v-2.3M12 4v9.5M7.8 9.6 12 13.8l4.2-4.2',
  library:
    'M5.6 4H9a1.6 1.6 0 0 1 1.6 1.6V9A1.6 1.6 0 0 1 9 10.6H5.6A1.6 1.6 0 0 1 4 9V5.6A1.6 1.6 0 0 1 5.6 4zM15 4h3.4A1.6 1.6 0 0 1 20 5.6V9a1.6 1.6 0 0 1-1.6 1.6H15A1.6 1.6 0 0 1 13.4 9V5.6A1.6 1.6 0 0 1 15 4zM5.6 13.4H9a1.6 1.6 0 0 1 1.6 1.6v3.4A1.6 1.6 0 0 1 9 20H5.6A1.6 1.6 0 0 1 4 18.4V15a1.6 1.6 0 0 1 1.6-1.6zM15 13.4h3.4A1.6 1.6 0 0 1 20 15v3.4a1.6 1.6 0 0 1-1.6 1.6H15a1.6 1.6 0 0 1-1.6-1.6V15a1.6 1.6 0 0 1 1.6-1.6z',
  downloads: 'M12 3.5v11.5M6.8 10.2 12 15.4l5.2-5.2M4.5 20h15',
  settings:
    'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M15 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM9 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM15 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  faults: 'M13 3 5 13.6h5.8L11 21l8-10.6h-5.8z',
  disk: 'M4 7c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 7v10c0 1.7 3.6 3 8 3s8-1.3 8-3V7M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  shield: 'M12 3l7.5 2.8v5.4c0 4.6-3.1 8-7.5 9.8-4.4-1.8-7.5-5.2-7.5-9.8V5.8zM8.8 12l2.3 2.3 4.2-4.5',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.8l4.4 4.4L19 7.4',
  pause: 'M8.5 5v14M15.5 5v14',
  play: 'M8 5.5v13l10.5-6.5z',
  retry: 'M20 12a8 8 0 1 1-2.3-5.6M20 3.8v4.4h-4.4',
  filler: 'M4.5 7.5 12 3.5l7.5 4v9L12 20.5l-7.5-4zM4.5 7.5l7.5 4 7.5-4M12 11.5v9',
  drafts: 'M6.5 3.5h7.6l4 4v13H6.5zM14 3.5v4.2h4.2M9.5 13h5.6M9.5 16.5h3',
  charts: 'M4 20h16M7 16.5v-5M12 16.5V5M17 16.5V8.5',
  scenes: 'M12 3l8 4.4v9.2L12 21l-8-4.4V7.4zM4 7.4l8 4.4 8-4.4M12 11.8V21',
  pdf: 'M6.5 3.5h7.6l4 4v13H6.5zM14 3.5v4.2h4.2M9.5 12.5h5.6M9.5 16h5.6',
  diagrams:
    'M6 4.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8zM18 3.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8zM12.5 15.2a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8zM8.3 6.8l7.3-.6M7 9.2l4.3 6.3M16.8 8.2l-3.2 7.1',
  code: 'M8.5 7 3.8 12l4.7 5M15.5 7l4.7 5-4.7 5M13.4 4.5l-2.8 15',
  markdown: 'M3.5 17V7l4.2 5 4.2-5v10M17.8 7v9.4M14.8 13.6l3 3 3-3',
} as const

export type IconName = keyof typeof PATHS

/** Decoration: what it stands for is always said in words as well. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="pd-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** A plugin's picture on its colour. */
export function Tile({ icon, hue, isSmall }: { icon: string; hue: number; isSmall?: boolean }): ReactNode {
  return (
    <div className={isSmall ? 'pd-tile pg-tile--small' : 'pd-tile'} data-hue={hue}>
      <Icon name={iconOf(icon)} />
    </div>
  )
}

export function iconOf(name: string): IconName {
  return isIcon(name) ? name : 'dock'
}

function isIcon(name: string): name is IconName {
  return Object.hasOwn(PATHS, name)
}
