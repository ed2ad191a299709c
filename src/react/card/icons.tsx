import type { ReactNode } from 'react'
import type { IconName } from './looks.js'

const SHAPES: Readonly<Record<IconName, ReactNode>> = {
  spinner: <path d="M12 3a9 9 0 1 1-9 9" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5.2l3.2 1.9" />
    </>
  ),
  down: <path d="M12 3.5v11.5M6.8 10.2 12 15.4l5.2-5.2M4.5 20h15" />,
  shield: (
    <>
      <path d="M12 3l7.5 2.8v5.4c0 4.6-3.1 8-7.5 9.8-4.4-1.8-7.5-5.2-7.5-9.8V5.8z" />
      <path d="M8.8 12l2.3 2.3 4.2-4.5" />
    </>
  ),
  box: (
    <>
      <path d="M12 3l8 4.4v9.2L12 21l-8-4.4V7.4z" />
      <path d="M4 7.4l8 4.4 8-4.4M12 11.8V21" />
    </>
  ),
  pause: <path d="M8.5 5v14M15.5 5v14" />,
  play: <path d="M8 5.2v13.6L18.6 12z" />,
  retry: (
    <>
      <path d="M20 12a8 8 0 1 1-2.3-5.6" />
      <path d="M20 3.8v4.4h-4.4" />
    </>
  ),
  offline: (
    <path d="M3 3l18 18M8.6 16.2a5 5 0 0 1 6.8 0M5.2 12.5a9.8 9.8 0 0 1 4.5-2.6M14.8 10.1a9.8 9.8 0 0 1 4 2.4M2 8.9a15 15 0 0 1 4.4-2.9M10.6 5.1A15 15 0 0 1 22 8.9M12 19.6h.01" />
  ),
  wifi: <path d="M8.6 16.2a5 5 0 0 1 6.8 0M5.2 12.5a9.8 9.8 0 0 1 13.6 0M2 8.9a15 15 0 0 1 20 0M12 19.6h.01" />,
  ask: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M9.6 9.4a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2 1-1.2 1.8M12 16.8h.01" />
    </>
  ),
  disk: (
    <>
      <path d="M3.5 13.5 6 6.3A2.2 2.2 0 0 1 8.1 4.8h7.8A2.2 2.2 0 0 1 18 6.3l2.5 7.2" />
      <rect x="3.5" y="13.5" width="17" height="6" rx="1.8" />
      <path d="M7.2 16.5h.01M11.5 16.5h5" />
    </>
  ),
  check: <path d="M5 12.8l4.4 4.4L19 7.4" />,
  ban: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M5.8 5.8l12.4 12.4" />
    </>
  ),
  undo: (
    <>
      <path d="M8.8 6.2 4.2 10.8l4.6 4.6" />
      <path d="M4.2 10.8H14a5 5 0 0 1 0 10h-2" />
    </>
  ),
  alert: (
    <>
      <path d="M12 4 2.8 19.6h18.4z" />
      <path d="M12 10v4.4M12 17h.01" />
    </>
  ),
  cross: <path d="M6 6l12 12M18 6 6 18" />,
  up: <path d="M12 20V6M6.2 11 12 5.2l5.8 5.8" />,
  trash: <path d="M4.5 6.5h15M9 6.5V4.2h6v2.3M6.5 6.5l.9 13h9.2l.9-13" />,
  pin: (
    <>
      <path d="M9 3.8h6l-.9 6 3.1 3.2v1.8H6.8V13l3.1-3.2z" />
      <path d="M12 14.8v5.6" />
    </>
  ),
  grid: (
    <>
      <rect x="4" y="4" width="6.6" height="6.6" rx="1.6" />
      <rect x="13.4" y="4" width="6.6" height="6.6" rx="1.6" />
      <rect x="4" y="13.4" width="6.6" height="6.6" rx="1.6" />
      <rect x="13.4" y="13.4" width="6.6" height="6.6" rx="1.6" />
    </>
  ),
  more: <path d="M5.6 12h.01M12 12h.01M18.4 12h.01" strokeWidth={3.4} />,
  bell: (
    <>
      <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15z" />
      <path d="M10.2 21h3.6" />
    </>
  ),
}

const MIRRORED = new Set<IconName>(['undo', 'retry'])

/** A picture beside words that say the same; screen readers skip it. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  const classes = ['pd-icon', name === 'play' && 'pd-icon--solid', name === 'spinner' && 'pd-spin']
  return (
    <svg
      className={classes.filter(Boolean).join(' ')}
      viewBox="0 0 24 24"
      aria-hidden="true"
      data-mirrored={MIRRORED.has(name) || undefined}
    >
      {SHAPES[name]}
    </svg>
  )
}
