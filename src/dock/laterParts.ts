import { laterPart } from '../domain/laterPart.js'

/** What a page does that leads: it installs, and looks after what is stored. */
export const leading = laterPart('installing plugins', () => import('./leading.js'))

/** What it takes to hand out what is installed. */
export const running = laterPart('running plugins', () => import('./running.js'))
