import type { LoadedPlugin, PluginDock } from 'plugdock/browser'
import { useInstalledPlugins, usePlugin, usePluginDock } from 'plugdock/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Icon, Tile } from './Icon.js'
import type { CatalogueItem } from './origin.js'
import { usePreferences } from './preferences.js'
import { goTo } from './useRoute.js'
import { usePageWords } from './words/usePageWords.js'

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
  const { stage: words, shelf } = usePageWords()
  const isKnown = useInstalledPlugins() !== undefined
  const view = usePlugin(item.id)
  const [state, setState] = useState<StageState>('checking')
  return (
    <section className="pg-stage" aria-labelledby="pg-stage" data-stage={item.id}>
      <div className="pg-stage__top">
        <Tile icon={item.icon} hue={item.hue} isSmall />
        <h2 id="pg-stage">
          {item.title}{' '}
          <span className="pd-card__ver pd-num">
            <bdi>{view?.plugin.version ?? item.version}</bdi>
          </span>
        </h2>
        {view && state === 'running' ? (
          <span className="pd-chip pd-chip--ok">
            <Icon name="shield" />
            {words.checked}
          </span>
        ) : null}
        <button type="button" className="pd-btn pd-btn--icon" title={shelf.close} onClick={() => goTo('library')}>
          <Icon name="close" />
          <span className="pd-hidden">
            {shelf.close} {item.title}
          </span>
        </button>
      </div>
      {isKnown && !view ? <p className="pg-stage__text">{words.notInstalled(item.title)}</p> : null}
      {view ? <Running pluginId={item.id} version={view.plugin.version} state={state} onState={setState} /> : null}
    </section>
  )
}

interface RunningProps {
  readonly pluginId: string
  /** The active one: another is started in its place. */
  readonly version: string
  readonly state: StageState
  onState(state: StageState): void
}

function Running({ pluginId, version, state, onState }: RunningProps): ReactNode {
  const dock = usePluginDock()
  const { scheme, isCalm } = usePreferences()
  const { stage: words } = usePageWords()
  const element = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies(version): an update is run as soon as it is there
  useEffect(() => {
    const place = element.current
    if (!place) return
    let isCurrent = true
    const show = (next: StageState) => isCurrent && onState(next)
    show('checking')
    const run = start(dock, pluginId, place, { theme: scheme, isCalm })
    run.ready.then(
      () => show('running'),
      (error: unknown) => show({ failure: error instanceof Error ? error.message : String(error) }),
    )
    return () => {
      isCurrent = false
      void run.stop()
    }
  }, [dock, pluginId, version, scheme, isCalm, onState])
  return (
    <>
      {state === 'checking' ? <p className="pg-stage__text">{words.checking}</p> : null}
      {typeof state === 'object' ? (
        <p className="pg-stage__text" role="alert">
          {words.failed(state.failure)}
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

/**
 * Starts the active version in a place of its own. Where that throws, the dock starts the version before; what was
 * drawn is told to work, so that a later version has something to go back to.
 */
function start({ plugins }: PluginDock, pluginId: string, place: HTMLElement, look: Look): Run {
  const own = document.createElement('div')
  place.append(own)
  let isStopped = false
  const running = plugins.activate(pluginId, async (plugin) => {
    own.replaceChildren()
    if (isStopped) return { plugin, unmount: () => {} }
    const unmount = await mount(plugin, own, look)
    await plugin.confirmHealthy()
    return { plugin, unmount }
  })
  return {
    ready: running,
    async stop() {
      isStopped = true
      // at once: another may be drawn before this one has ended
      own.remove()
      const [outcome] = await Promise.allSettled([running])
      if (outcome.status === 'fulfilled') {
        await outcome.value.unmount()
        await outcome.value.plugin.close()
      }
    },
  }
}

async function mount(plugin: LoadedPlugin, own: HTMLElement, look: Look): Promise<Unmount> {
  const entry = await plugin.import<PluginModule>()
  return entry.mount(own, { ...look, read: (path) => plugin.read(path), url: (path) => plugin.url(path) })
}
