import { createPluginDock } from 'plugdock/browser'
import { PluginDockProvider } from 'plugdock/react'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import 'plugdock/react/styles.css'
import './playground.css'
import { App } from './App.js'
import { STALL_MS } from './cardFace.js'
import { readOrigin } from './origin.js'
import { PreferencesProvider, usePreferences } from './preferences.js'
import { pretendOffline } from './pretendedNetwork.js'
import { SpeedProvider } from './speed.js'

const element = document.getElementById('root')
if (!element) throw new Error('index.html has no #root')
const root = createRoot(element)

/** Faults are switched on and off by hand here: it notices sooner, and tries more often, than the defaults would. */
const OPTIONS = {
  name: 'playground',
  timeouts: { stallMs: STALL_MS },
  retry: { maxAttempts: 30, maxDelayMs: 4000 },
  // room for all of them and an update beside, and little enough to be filled in a moment
  storage: { budgetBytes: 50_000_000 },
}

async function open(): Promise<ReactNode> {
  const origin = await readOrigin()
  pretendOffline(origin.weather === 'offline')
  const dock = await createPluginDock(OPTIONS)
  if (import.meta.env.MODE === 'inspect') {
    const { offerInspection } = await import('../../inspector/src/app/offerInspection.js')
    offerInspection(dock.supervisor)
  }
  const Languages = ({ children }: { readonly children: ReactNode }) => (
    <PluginDockProvider dock={dock} locale={usePreferences().preferences.language}>
      {children}
    </PluginDockProvider>
  )
  return (
    <PreferencesProvider>
      <Languages>
        <SpeedProvider>
          <App initialOrigin={origin} />
        </SpeedProvider>
      </Languages>
    </PreferencesProvider>
  )
}

function Failure({ error }: { readonly error: unknown }): ReactNode {
  return (
    <main className="pg-failure">
      <h1>The playground did not start</h1>
      <p>{error instanceof Error ? error.message : String(error)}</p>
    </main>
  )
}

const content = await open().catch((error: unknown) => <Failure error={error} />)
root.render(<StrictMode>{content}</StrictMode>)
