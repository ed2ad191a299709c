import { type ReactNode, StrictMode, useState, useSyncExternalStore } from 'react'
import {
  DockDownloadList,
  DockNotificationCentre,
  DockOfflineBanner,
  DockPluginLibrary,
  DockRollbackNotices,
  DockStorageMeter,
  PluginDockProvider,
  useSupervisor,
} from '../../src/react/index.js'
import { corrupt, dropAfter } from '../../src/testing/index.js'
import { idOf, type Live, PLUGIN_NAMES, type PluginName } from './openLive.js'

const SLOW_BYTES_PER_SECOND = 100_000

/** An app with everything in it, above it what a person can do to the world outside. */
export function LiveFrame(live: Live): ReactNode {
  return (
    <StrictMode>
      <PluginDockProvider dock={live.dock}>
        <div className="column">
          <Outside {...live} />
          <DockOfflineBanner />
          <DockRollbackNotices />
          <div className="live-bar">
            <Shop {...live} />
            <DockNotificationCentre />
          </div>
          <DockDownloadList />
          <DockPluginLibrary />
          <DockStorageMeter />
        </div>
      </PluginDockProvider>
    </StrictMode>
  )
}

/** Faults, as a person makes them. */
function Outside({ host, origin, bundlePath }: Live) {
  const { online, metered } = useConditionsOf(host)
  const [isSlow, setSlow] = useState(origin.limitBytesPerSecond !== undefined)
  const next = (fault: typeof corrupt) => {
    for (const name of PLUGIN_NAMES) origin.script(bundlePath(name), fault(200_000))
  }
  return (
    <fieldset className="live-outside">
      <legend>The world outside</legend>
      <Switch label="Network" isOn={online} onChange={(isOn) => host.conditions.change({ online: isOn })} />
      <Switch
        label="Limited data"
        isOn={metered === true}
        onChange={(isOn) => host.conditions.change({ metered: isOn })}
      />
      <Switch
        label="Slow server"
        isOn={isSlow}
        onChange={(isOn) => {
          origin.limitBytesPerSecond = isOn ? SLOW_BYTES_PER_SECOND : undefined
          setSlow(isOn)
        }}
      />
      <button type="button" className="pd-btn" onClick={() => next(corrupt)}>
        Damage the next answer
      </button>
      <button type="button" className="pd-btn" onClick={() => next(dropAfter)}>
        Cut the next connection
      </button>
      <Busy />
    </fieldset>
  )
}

/** What the app offers of its own. */
function Shop({ dock, install }: Live) {
  const [said, setSaid] = useState('')
  const open = async (name: PluginName) => {
    const start = async (plugin: { import<T>(): Promise<T> }) =>
      (await plugin.import<{ readonly greeting: string }>()).greeting
    setSaid(await dock.plugins.activate(idOf(name), start).catch(String))
  }
  return (
    <div className="live-shop">
      {PLUGIN_NAMES.map((name) => (
        <button key={name} type="button" className="pd-btn" onClick={() => install(name)}>
          Install {name}
        </button>
      ))}
      <button
        type="button"
        className="pd-btn"
        onClick={() => install('Charts', { version: '2.0.0', error: 'createChart is not a function' })}
      >
        Update Charts to a broken 2.0.0
      </button>
      <button type="button" className="pd-btn" onClick={() => open('Charts')}>
        Open Charts
      </button>
      <output aria-label="Stage">{said}</output>
    </div>
  )
}

/** Read from the supervisor's actor itself. */
function Busy() {
  const isBusy = useSupervisor((snapshot) => snapshot.hasTag('busy'))
  return <output className="pd-chip">{isBusy ? 'supervisor: busy' : 'supervisor: at rest'}</output>
}

interface SwitchProps {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}

function Switch({ label, isOn, onChange }: SwitchProps) {
  return (
    <label>
      <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} /> {label}
    </label>
  )
}

function useConditionsOf({ conditions }: Live['host']) {
  return useSyncExternalStore(conditions.watch, () => conditions.current)
}
