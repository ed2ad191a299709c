import type { LoadedPlugin, PluginDock } from 'plugdock/browser'
import { usePluginDock } from 'plugdock/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Icon, Tile } from './Icon.js'
import type { CatalogueItem } from './origin.js'
import { usePlayground } from './playgroundContext.js'
import { usePreferences } from './preferences.js'
import { goTo } from './useRoute.js'

/** What the page gives to a plugin that it runs. */
interface PluginHost {
  readonly theme: 'light' | 'dark'
  /** Whether nothing should move by itself. */
  readonly isCalm: boolean
  /** Of a file of the plugin: verified bytes, or a URL of them. */
  read(path: string): Promise<Uint8Array>
  url(path: string): Promise<string>
}

type Unmount = () => void | Promise<void>

/** What a plugin of the playground exports. */
interface PluginModule {
  mount(element: HTMLElement, host: PluginHost): Unmount | Promise<Unmount>
}

type Look = Pick<PluginHost, 'theme' | 'isCalm'>
type StageState = 'checking' | 'running' | { readonly failure: string }

/** The place where a plugin runs. */
export function Stage({ item }: { readonly item: CatalogueItem }): ReactNode {
  const { storage } = usePlayground()
  const isInstalled = storage?.installed.some(({ pluginId }) => pluginId === item.id)
  return (
    <section className="pg-stage" aria-labelledby="pg-stage" data-stage={item.id}>
      <div className="pg-stage__top">
        <Tile icon={item.icon} hue={item.hue} isSmall />
        <h2 id="pg-stage">
          {item.title} <span className="pd-card__ver pd-num">{item.version}</span>
        </h2>
        {isInstalled ? (
          <span className="pd-chip pg-chip--ok">
            <Icon name="shield" />
            Checked just now
          </span>
        ) : null}
        <button type="button" className="pd-btn pd-btn--icon" title="Close" onClick={() => goTo('library')}>
          <Icon name="close" />
          <span className="pd-hidden">Close {item.title}</span>
        </button>
      </div>
      {isInstalled === false ? <p className="pg-stage__text">{item.title} is not installed.</p> : null}
      {isInstalled ? <Running pluginId={item.id} /> : null}
    </section>
  )
}

function Running({ pluginId }: { readonly pluginId: string }): ReactNode {
  const dock = usePluginDock()
  const { scheme, isCalm } = usePreferences()
  const element = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<StageState>('checking')
  useEffect(() => {
    const place = element.current
    if (!place) return
    setState('checking')
    const run = start(dock, pluginId, place, { theme: scheme, isCalm })
    run.ready.then(
      () => setState('running'),
      (error: unknown) => setState({ failure: error instanceof Error ? error.message : String(error) }),
    )
    return () => void run.stop()
  }, [dock, pluginId, scheme, isCalm])
  return (
    <>
      {state === 'checking' ? <p className="pg-stage__text">Reading and checking its bytes …</p> : null}
      {typeof state === 'object' ? (
        <p className="pg-stage__text" role="alert">
          It did not start: {state.failure}
        </p>
      ) : null}
      <div ref={element} className="pg-stage__place" data-running={state === 'running'} />
    </>
  )
}

interface Run {
  readonly ready: Promise<unknown>
  stop(): Promise<void>
}

/** Loads the plugin, imports its entry and gives it a place of its own. */
function start(dock: PluginDock, pluginId: string, place: HTMLElement, look: Look): Run {
  const own = document.createElement('div')
  place.append(own)
  const loading = dock.plugins.load(pluginId)
  const mounting = loading.then((plugin) => mount(plugin, own, look))
  return {
    ready: mounting,
    async stop() {
      const [unmount] = await Promise.allSettled([mounting])
      if (unmount.status === 'fulfilled') await unmount.value()
      const [plugin] = await Promise.allSettled([loading])
      if (plugin.status === 'fulfilled') await plugin.value.close()
      own.remove()
    },
  }
}

async function mount(plugin: LoadedPlugin, own: HTMLElement, look: Look): Promise<Unmount> {
  const entry = await plugin.import<PluginModule>()
  return entry.mount(own, { ...look, read: (path) => plugin.read(path), url: (path) => plugin.url(path) })
}
