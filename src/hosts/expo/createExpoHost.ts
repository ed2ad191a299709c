import { createEd25519 } from '../../adapters/ed25519.js'
import { isShown, watchAppEnd } from '../../adapters/expoAppState.js'
import { createExpoBundleStore } from '../../adapters/expoBundleStore.js'
import { createExpoConditions } from '../../adapters/expoConditions.js'
import { createExpoDigester } from '../../adapters/expoDigester.js'
import { createExpoFetcher } from '../../adapters/expoFetcher.js'
import { createExpoNotes } from '../../adapters/expoNotes.js'
import { openExpoRecordStore } from '../../adapters/expoRecordStore.js'
import { createFarewell } from '../../adapters/farewell.js'
import { fillHermesGaps } from '../../adapters/hermesGaps.js'
import { createLocalLeases } from '../../adapters/localLeases.js'
import { createRefusingModuleLoader } from '../../adapters/refusingModuleLoader.js'
import { createSystemClock } from '../../adapters/systemClock.js'
import type { Clock } from '../../ports/clock.js'
import type { Host, HostCapabilities } from '../../ports/host.js'
import { type ExpoModules, STATUS_AVAILABLE } from './expoModules.js'

export interface ExpoHostOptions {
  /** Everything of this dock lies here: a `file:` URL. Made when missing. */
  readonly directoryUri: string
  /** @default `expo/fetch` */
  readonly fetch?: typeof fetch | undefined
  /** Asked before every request and every hop of a redirect. */
  readonly headers?: ((url: URL) => HeadersInit | Promise<HeadersInit>) | undefined
  /** @default any https origin, and http on loopback */
  readonly isAllowed?: ((url: URL) => boolean) | undefined
  /** @default the system's */
  readonly clock?: Clock | undefined
  /** Awaited before the directory is taken. */
  readonly beforeOpen?: () => Promise<void>
  /** Called when the directory is free again. */
  readonly onClose?: () => void
}

const NO_MODULES =
  'This app runs only code that was compiled into it: Hermes loads no module at runtime, and neither do the stores ' +
  'allow it. Ship what a plugin needs as data (read() or text()), or show its pages in a WebView'

/** An Expo app on Android or iOS. Making the host touches no file; what a phone's engine lacks is added to its globals. */
export function createExpoHost(modules: ExpoModules, options: ExpoHostOptions): Host {
  fillHermesGaps()
  const { fileSystem, network, crypto, appState, backgroundTask } = modules
  const {
    directoryUri,
    headers,
    isAllowed,
    clock = createSystemClock(),
    beforeOpen = async () => {},
    onClose = () => {},
  } = options
  const conditions = createExpoConditions(network, appState)
  let background: HostCapabilities['background'] = 'none'
  return {
    get capabilities(): HostCapabilities {
      return {
        bundleStore: 'fileSystem',
        background,
        meteredDetection: true,
        saveDataDetection: false,
        manyWriters: 'lock',
        servedFiles: false,
        // nobody empties the documents; of another place nothing is known
        persistent: `${directoryUri}/`.startsWith(fileSystem.Paths.document.uri) ? true : undefined,
      }
    },
    clock,
    digester: createExpoDigester(crypto),
    signatures: createEd25519(),
    conditions,
    leases: createLocalLeases(),
    moduleLoader: createRefusingModuleLoader(NO_MODULES),
    fetcher: createExpoFetcher({ clock, headers, isAllowed, fetch: options.fetch ?? modules.fetch }),
    farewell: createFarewell(createExpoNotes(fileSystem, directoryUri), (end) => {
      // an app that is started in the background is there already
      if (!isShown(appState.currentState)) end.left()
      return watchAppEnd(appState, end)
    }),
    async open() {
      await beforeOpen()
      const records = await openExpoRecordStore({ fileSystem, directoryUri })
      const status = await backgroundTask.getStatusAsync().catch(() => null)
      background = status === STATUS_AVAILABLE ? backgroundOf(modules.os) : 'none'
      await conditions.refresh()
      return {
        bundles: createExpoBundleStore({ fileSystem, directoryUri }),
        records,
        close: () => records.close().finally(onClose),
      }
    },
  }
}

function backgroundOf(os: string): HostCapabilities['background'] {
  if (os === 'android') return 'workManager'
  return os === 'ios' ? 'bgTask' : 'none'
}
