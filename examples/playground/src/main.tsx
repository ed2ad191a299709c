import { createPluginDock } from 'plugdock/browser'
import { PluginDockProvider } from 'plugdock/react'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import 'plugdock/react/styles.css'
import './playground.css'
import { App } from './App.js'
import { readOrigin } from './origin.js'
import { PreferencesProvider, usePreferences } from './preferences.js'

const element = document.getElementById('root')
if (!element) throw new Error('index.html has no #root')
const root = createRoot(element)

async function open(): Promise<ReactNode> {
  // Shorter than the default, so that a stalled download need not be waited for.
  const timeouts = { stallMs: 6000 }
  const [dock, origin] = await Promise.all([createPluginDock({ name: 'playground', timeouts }), readOrigin()])
  const Languages = ({ children }: { readonly children: ReactNode }) => (
    <PluginDockProvider dock={dock} locale={usePreferences().preferences.language}>
      {children}
    </PluginDockProvider>
  )
  return (
    <PreferencesProvider>
      <Languages>
        <App initialOrigin={origin} />
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
