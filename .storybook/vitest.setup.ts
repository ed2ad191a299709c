import { cdp } from 'vitest/browser'
import type { ForcedColors } from './forcedColors.js'

/** Under test the browser itself shows forced colours; a story cannot ask for that. */
const emulate: ForcedColors = (isOn) =>
  cdp().send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: isOn ? 'active' : 'none' }] })

Object.assign(globalThis, { emulateForcedColors: emulate })
