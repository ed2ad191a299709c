import { laterPart } from '../domain/laterPart.js'

/** What becomes of versions on trial. */
export const judging = laterPart('judging versions', () => import('./judging.js'))

/** Where nothing else moves bytes. */
export const engineHere = laterPart('downloading', () => import('../engine/localEngine.js'), { isWantedLater: false })
