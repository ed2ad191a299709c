import { usePlugin, useWords } from 'plugdock/react'
import type { ReactNode } from 'react'
import { SPEEDS, type Strike } from '../origin.js'
import { usePlayground } from '../playgroundContext.js'
import { usePageWords } from '../words/usePageWords.js'
import { isSkipped } from './brokenUpdate.js'
import { FaultButton, FaultSwitch } from './FaultRow.js'
import { OriginLog } from './OriginLog.js'
import type { SwitchName } from './useFaults.js'

const NETWORK: readonly SwitchName[] = ['offline', 'busy', 'stalled']
const DEVICE: readonly SwitchName[] = ['full', 'metered']
const ONCE: readonly Strike[] = ['cut', 'damage']

/** What can go wrong between here and the plugins' server, on this device, and in a plugin. */
export function FaultsPage(): ReactNode {
  const { faults: words } = usePageWords()
  const { origin, faults } = usePlayground()
  return (
    <>
      <p className="pg-lead">{words.lead}</p>
      {faults.active.length === 0 && origin.armed === null ? <p className="pg-well">{words.allWell}</p> : null}
      <Group id="network" title={words.network}>
        {NETWORK.map((name) => (
          <FaultSwitch key={name} name={name} />
        ))}
        <SpeedChoice />
      </Group>
      <Group id="device" title={words.device}>
        {DEVICE.map((name) => (
          <FaultSwitch key={name} name={name} />
        ))}
      </Group>
      <BrokenUpdate />
      <Group id="once" title={words.once}>
        {ONCE.map((name) => (
          <OneStrike key={name} name={name} />
        ))}
      </Group>
      <OriginLog />
      <Inspector />
    </>
  )
}

function Group(props: { readonly id: string; readonly title: string; readonly children: ReactNode }): ReactNode {
  const { id, title, children } = props
  return (
    <section className="pd-panel pg-panel" aria-labelledby={`pg-${id}-group`}>
      <h2 id={`pg-${id}-group`}>{title}</h2>
      <ul className="pg-faults">{children}</ul>
    </section>
  )
}

function OneStrike({ name }: { readonly name: Strike }): ReactNode {
  const { origin, changeOrigin } = usePlayground()
  const { faults: words } = usePageWords()
  const isArmed = origin.armed === name
  const { title } = words.names[name]
  return (
    <FaultButton
      name={name}
      label={isArmed ? words.waitsForDownload : title}
      isBusy={isArmed}
      onPress={() => changeOrigin({ strike: name })}
    />
  )
}

function SpeedChoice(): ReactNode {
  const { origin, changeOrigin } = usePlayground()
  const { bytes } = useWords()
  const words = usePageWords()
  const { title, effect } = words.faults.names.slow
  return (
    <li>
      <fieldset className="pg-choicegroup">
        <legend>
          <b>{words.faults.speed}</b> {words.faults.speedHint} {title}: {effect}
        </legend>
        <div className="pg-choices">
          {SPEEDS.map((speed) => (
            <label key={speed} className="pg-choice pd-num">
              <input
                type="radio"
                name="speed"
                checked={origin.speed === speed}
                onChange={() => changeOrigin({ speed })}
              />
              <bdi>{speed === null ? words.noLimit : `${bytes(speed)}/s`}</bdi>
            </label>
          ))}
        </div>
      </fieldset>
    </li>
  )
}

/** The first plugin, in a version that does not start. */
function BrokenUpdate(): ReactNode {
  const { origin, faults, install, open } = usePlayground()
  const { faults: words } = usePageWords()
  const [item] = origin.plugins
  const view = usePlugin(item?.id ?? '')
  if (!item) return null
  const { title, effect } = words.names.broken
  const isReady = view?.plugin.health === 'healthy'
  const needs = view ? words.needsOpened(item.title) : words.needsInstalled(item.title)
  const skipped = isSkipped(view, origin.brokenVersion) ? origin.brokenVersion : null
  return (
    <section className="pd-panel pg-panel pg-broken" aria-labelledby="pg-broken">
      <h2 id="pg-broken">{title}</h2>
      <p>{effect}</p>
      {skipped !== null && view ? <p>{words.publishedText(skipped, view.plugin.version)}</p> : null}
      <p>{isReady ? words.publishText(faults.nextBroken) : needs}</p>
      <div className="pd-actions">
        {isReady ? (
          <button
            type="button"
            className="pd-btn pd-btn--main"
            aria-disabled={faults.busy === 'broken' || undefined}
            onClick={() => faults.busy !== 'broken' && faults.publishBroken()}
          >
            {faults.busy === 'broken' ? words.publishing : words.publish}
          </button>
        ) : (
          <button type="button" className="pd-btn" onClick={() => (view ? open(item.id) : install(item))}>
            {view ? words.openFirst(item.title) : words.installFirst(item.title)}
          </button>
        )}
      </div>
    </section>
  )
}

const COMMAND = 'npm run demo -- --inspect'

function Inspector(): ReactNode {
  const { inspector } = usePlayground().origin
  const { faults: words } = usePageWords()
  const [before, after] = words.inspectorOff(COMMAND).split(COMMAND)
  if (inspector === null)
    return (
      <p className="pg-lead">
        {before}
        <code className="pg-command">{COMMAND}</code>
        {after}
      </p>
    )
  return (
    <a className="pg-link" href={inspector} target="_blank" rel="noreferrer">
      {words.inspector}
    </a>
  )
}
