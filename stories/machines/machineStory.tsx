import type { Meta } from '@storybook/react-vite'
import type { ReactNode } from 'react'
import type { PluginDock } from '../../src/publicTypes.js'

/** What all stories of a machine share: its dock is opened anew for each, drawn, and closed. */
export function machineStory<Opened extends { readonly dock: PluginDock }>(
  open: () => Promise<Opened>,
  Live: (opened: Opened) => ReactNode,
) {
  return {
    parameters: { isLive: true },
    loaders: [open],
    beforeEach:
      ({ loaded }) =>
      () =>
        (loaded as Opened).dock.close(), // reason: what the loader above answers
    render: (_, { loaded }) => <Live {...(loaded as Opened)} />, // reason: what the loader above answers
  } satisfies Meta
}
