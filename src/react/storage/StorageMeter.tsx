import { type CSSProperties, type ReactNode, useId } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { hueOf } from '../card/hue.js'
import { Icon } from '../card/icons.js'
import type { PluginView } from '../dock/library.js'
import type { StorageSpace } from '../dock/storageSpace.js'
import { useWords } from '../words/wordsContext.js'
import type { StorageSegment } from './segments.js'
import { type StorageMeterModel, useStorageMeter } from './useStorageMeter.js'

export interface StorageMeterProps {
  /** `undefined` until it is known. */
  readonly space: StorageSpace | undefined
  readonly plugins: readonly PluginView[]
  /** Of these what they have so far is shown. */
  readonly downloads?: readonly DownloadProgress[] | undefined
  readonly onFreeSpace?: (() => void) | undefined
  readonly onCheckAll?: (() => void) | undefined
  /** While all are checked: percent, `undefined` before the first byte. */
  readonly check?: { readonly percent: number | undefined } | undefined
  /** What came of it, or of asking to keep them. */
  readonly status?: string | undefined
  /** Asks the platform not to remove plugins by itself. */
  readonly onAskToKeep?: (() => void) | undefined
  /** @default 2 */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6 | undefined
  readonly className?: string | undefined
}

/** What is stored, whose it is, and how much more there may be. */
export function StorageMeter(props: StorageMeterProps): ReactNode {
  const { space, plugins, downloads, headingLevel = 2, className } = props
  const { messages, say } = useWords()
  const meter = useStorageMeter(space, plugins, downloads)
  const id = useId()
  const Heading = `h${headingLevel}` as const
  return (
    <div
      className={['pd-widget pd-panel pd-meter', className].filter(Boolean).join(' ')}
      data-state={meter.state}
      aria-busy={meter.state === 'loading' || undefined}
    >
      <Heading className="pd-hidden" id={id}>
        {say(messages.storage.title)}
      </Heading>
      <MeterBody meter={meter} labelId={id} {...props} />
    </div>
  )
}

type Actions = 'onFreeSpace' | 'onCheckAll' | 'onAskToKeep' | 'check' | 'status'

interface MeterBodyProps extends Pick<StorageMeterProps, Actions> {
  readonly meter: StorageMeterModel
  readonly labelId: string
}

function MeterBody({ meter, labelId, ...actions }: MeterBodyProps): ReactNode {
  if (meter.state === 'loading')
    return (
      <div className="pd-loading">
        <div />
        <div />
      </div>
    )
  if (meter.state === 'empty')
    return (
      <p className="pd-meter__note">
        <bdi>{meter.empty}</bdi>
      </p>
    )
  return (
    <>
      <div className="pd-meter__head">
        <p className="pd-meter__big pd-num">
          <bdi>{meter.used}</bdi>
        </p>
        {meter.chip === undefined ? (
          <p className="pd-meter__note pd-num">
            <bdi>{meter.free}</bdi>
          </p>
        ) : (
          <p className={meter.state === 'full' ? 'pd-chip pd-chip--bad' : 'pd-chip pd-chip--wait'}>
            <Icon name="disk" />
            {meter.chip}
          </p>
        )}
      </div>
      <StorageBar meter={meter} labelId={labelId} />
      <Notes meter={meter} onAskToKeep={actions.onAskToKeep} />
      <ul className="pd-legend">
        {meter.segments.map((segment) => (
          <li key={segment.id}>
            <i className="pd-seg" data-kind={segment.kind} style={colourOf(segment)} />
            <span>
              <bdi>{segment.name}</bdi>
            </span>
            <b className="pd-num">
              <bdi>{segment.size}</bdi>
            </b>
          </li>
        ))}
      </ul>
      <MeterActions {...actions} />
      {actions.check ? <CheckBar percent={actions.check.percent} /> : null}
      <p className="pd-meter__note pd-meter__status" role="status">
        {actions.status === undefined ? null : <bdi>{actions.status}</bdi>}
      </p>
    </>
  )
}

/** The native element says it; the parts are for the eye. */
function StorageBar({ meter, labelId }: { readonly meter: StorageMeterModel; readonly labelId: string }): ReactNode {
  return (
    <div className="pd-meter__holder">
      <meter
        className="pd-hidden"
        aria-labelledby={labelId}
        min={0}
        max={meter.totalBytes}
        value={meter.usedBytes}
        aria-valuetext={meter.valueText}
      />
      <div className="pd-meter__bar" aria-hidden="true">
        <Segments segments={meter.segments} />
      </div>
    </div>
  )
}

/** Parts of a bar, without a name of their own. `going` are those that would be removed. */
export function Segments({
  segments,
  going,
}: {
  readonly segments: StorageMeterModel['segments']
  readonly going?: ReadonlySet<string>
}): ReactNode {
  return segments.map((segment) => (
    <span
      key={segment.id}
      className="pd-seg"
      data-kind={segment.kind}
      data-going={going?.has(segment.id) || undefined}
      style={{ ...colourOf(segment), flexBasis: `${segment.percent}%` }}
    />
  ))
}

function Notes({ meter, onAskToKeep }: Pick<MeterBodyProps, 'meter' | 'onAskToKeep'>): ReactNode {
  const { messages, say } = useWords()
  const free = meter.chip === undefined ? undefined : `${meter.free}.`
  if (free === undefined && meter.warning === undefined) return null
  return (
    <p className="pd-meter__note pd-num">
      <bdi>{[free, meter.warning].filter(Boolean).join(' ')}</bdi>{' '}
      {meter.warning !== undefined && onAskToKeep ? (
        <button type="button" className="pd-btn pd-btn--text" onClick={onAskToKeep}>
          {say(messages.storage.askToKeep)}
        </button>
      ) : null}
    </p>
  )
}

function CheckBar({ percent }: { readonly percent: number | undefined }): ReactNode {
  const { messages, say } = useWords()
  return (
    <progress
      className="pd-progress"
      data-plain
      data-moving
      max={100}
      aria-label={say(messages.storage.checkingAll)}
      {...(percent === undefined ? {} : { value: percent })}
    />
  )
}

function MeterActions({
  onFreeSpace,
  onCheckAll,
  check,
}: Pick<MeterBodyProps, 'onFreeSpace' | 'onCheckAll' | 'check'>): ReactNode {
  const { messages, say } = useWords()
  if (!onFreeSpace && !onCheckAll) return null
  return (
    <div className="pd-actions">
      {onFreeSpace ? (
        <button type="button" className="pd-btn" onClick={onFreeSpace}>
          <Icon name="trash" />
          {say(messages.buttons.freeSpace)}
        </button>
      ) : null}
      {onCheckAll ? (
        <button
          type="button"
          className="pd-btn pd-btn--ghost"
          aria-disabled={check !== undefined || undefined}
          onClick={check ? undefined : onCheckAll}
        >
          <Icon name="shield" />
          {say(check ? messages.storage.checkingAll : messages.storage.checkAll)}
        </button>
      ) : null}
    </div>
  )
}

function colourOf({ pluginId }: StorageSegment): CSSProperties {
  if (pluginId !== undefined) return hueOf({ pluginId, taskId: '' })
  const style: Record<string, string> = { '--pd-hue': 'var(--pd-quiet)' }
  return style
}
