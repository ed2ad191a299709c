import { type ReactNode, useId } from 'react'
import { hueOf } from '../card/hue.js'
import { Icon } from '../card/icons.js'
import { useWords } from '../words/wordsContext.js'
import { LibraryTop } from './LibraryTop.js'
import type { LostPlugin, PluginLibraryProps } from './libraryTypes.js'
import { Chip, PluginRow } from './PluginRow.js'
import { type PluginLibraryModel, usePluginLibrary } from './usePluginLibrary.js'
import { useRestFocus } from './useRestFocus.js'

const BELOW = { 2: 3, 3: 4, 4: 5, 5: 6 } as const

/** What is installed: which version runs, which one it can go back to, and what may be done about it. */
export function PluginLibrary(props: PluginLibraryProps): ReactNode {
  const { plugins, updates, repairSizes, lost, icon, onBrowse, headingLevel = 2, className, ...callbacks } = props
  const model = usePluginLibrary(plugins, lost)
  const focus = useRestFocus(model.rows.map(({ plugin }) => plugin.pluginId))
  const id = useId()
  return (
    <section
      ref={focus.root}
      className={['pd-widget pd-library', className].filter(Boolean).join(' ')}
      data-state={model.state}
      aria-labelledby={id}
      aria-busy={model.state === 'loading' || undefined}
      onFocus={focus.onFocus}
      onBlur={focus.onBlur}
    >
      <LibraryTop model={model} headingId={id} headingLevel={headingLevel} />
      {model.state === 'loading' ? <Loading /> : null}
      {model.state === 'empty' ? <Empty onBrowse={onBrowse} /> : null}
      {model.state === 'noMatch' ? <NoMatch model={model} /> : null}
      <ul className="pd-lib" hidden={model.rows.length + model.lost.length === 0}>
        {model.rows.map((view) => (
          <li key={view.plugin.pluginId} className="pd-cardbox">
            <PluginRow
              view={view}
              callbacks={callbacks}
              update={updates?.get(view.plugin.pluginId)}
              repairBytes={repairSizes?.get(view.plugin.pluginId)}
              icon={icon?.(view.plugin.pluginId)}
              headingLevel={BELOW[headingLevel]}
            />
          </li>
        ))}
        {model.lost.map((plugin) => (
          <li key={plugin.pluginId} className="pd-cardbox">
            <LostRow
              plugin={plugin}
              icon={icon?.(plugin.pluginId)}
              headingLevel={BELOW[headingLevel]}
              onInstallAgain={callbacks.onInstallAgain}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface LostRowProps extends Pick<PluginLibraryProps, 'onInstallAgain'> {
  readonly plugin: LostPlugin
  readonly icon: ReactNode
  readonly headingLevel: 3 | 4 | 5 | 6
}

function LostRow({ plugin, icon, headingLevel, onInstallAgain }: LostRowProps): ReactNode {
  const { messages, say, bytes } = useWords()
  const { library } = messages
  const { pluginId, name = pluginId, version, sizeBytes } = plugin
  const id = useId()
  const Heading = `h${headingLevel}` as const
  const size = sizeBytes === undefined ? undefined : bytes(sizeBytes)
  return (
    <article className="pd-item" data-state="lost" aria-labelledby={id}>
      <div className="pd-item__row">
        <div className="pd-tile" style={hueOf({ pluginId, taskId: '' })}>
          {icon ?? <Icon name="box" />}
        </div>
        <div className="pd-item__text">
          <div className="pd-item__head">
            <Heading className="pd-item__name" id={id}>
              {name}
            </Heading>
            {version === undefined ? null : (
              <span className="pd-card__ver pd-num">
                <bdi>{version}</bdi>
              </span>
            )}
            <Chip tone="wait" icon="trash" text={say(library.chips.lost) ?? ''} />
          </div>
          <p className="pd-item__sub">
            <bdi>{say(library.removedByBrowser, { name })}</bdi>
          </p>
        </div>
        <div className="pd-actions">
          {onInstallAgain ? (
            <button type="button" className="pd-btn" onClick={() => onInstallAgain(pluginId)}>
              <Icon name="down" />
              {say(library.installAgain, { size })}
            </button>
          ) : null}
        </div>
      </div>
    </article>
  )
}

function Loading(): ReactNode {
  return (
    <div className="pd-loading">
      <div />
      <div />
    </div>
  )
}

function Empty({ onBrowse }: Pick<PluginLibraryProps, 'onBrowse'>): ReactNode {
  const { messages, say } = useWords()
  const { library, buttons } = messages
  return (
    <div className="pd-panel pd-empty">
      <Icon name="grid" />
      <p className="pd-empty__title">{say(library.emptyTitle)}</p>
      <p>{say(library.emptyText)}</p>
      {onBrowse ? (
        <button type="button" className="pd-btn pd-btn--main" onClick={onBrowse}>
          <Icon name="grid" />
          {say(buttons.browse)}
        </button>
      ) : null}
    </div>
  )
}

function NoMatch({ model }: { readonly model: PluginLibraryModel }): ReactNode {
  const { messages, say } = useWords()
  return (
    <div className="pd-panel pd-empty">
      <p role="status">{say(messages.library.noMatch, { text: model.search })}</p>
      <button type="button" className="pd-btn" onClick={() => model.setSearch('')}>
        {say(messages.library.clear)}
      </button>
    </div>
  )
}
