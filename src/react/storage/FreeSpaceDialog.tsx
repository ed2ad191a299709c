import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { hueOf } from '../card/hue.js'
import { Icon } from '../card/icons.js'
import { useModal } from '../dialog/useModal.js'
import type { StorageSpace } from '../dock/storageSpace.js'
import { useWords } from '../words/wordsContext.js'
import { Segments } from './StorageMeter.js'
import { type FreeSpaceModel, type FreeSpaceOptions, useFreeSpace } from './useFreeSpace.js'
import { useStorageMeter } from './useStorageMeter.js'

export interface FreeSpaceDialogProps extends FreeSpaceOptions {
  /** For the bar that shows what would go. */
  readonly space?: StorageSpace | undefined
  /** A plugin's picture, 16 px; decoration only. */
  readonly icon?: ((pluginId: string) => ReactNode) | undefined
}

/** Says what would be removed, what that costs, and how much it frees. Nothing happens before its button is pressed. */
export function FreeSpaceDialog(props: FreeSpaceDialogProps): ReactNode {
  const { onClose, space, plugins, icon } = props
  const model = useFreeSpace(props)
  const modal = useModal(onClose)
  const picks = useRef<HTMLUListElement>(null)
  const id = useId()
  const confirm = () => {
    const next = model.confirm()
    const box =
      next === undefined ? undefined : picks.current?.querySelector<HTMLElement>(`[data-choice="${CSS.escape(next)}"]`)
    box?.focus()
  }
  return (
    <dialog {...modal} className="pd-widget pd-dialog" data-state={model.state} aria-labelledby={id}>
      <div className="pd-dialog__body">
        <div>
          <h2 id={id} tabIndex={-1} data-focus-first>
            <bdi>{model.title}</bdi>
          </h2>
          <p>
            <bdi>{model.text}</bdi>
          </p>
        </div>
        {model.choices.length > 0 ? <Picks model={model} icon={icon} listRef={picks} /> : null}
        {model.kept === undefined ? null : (
          <p className="pd-dialog__kept">
            <Icon name="pin" />
            <bdi>{model.kept}</bdi>
          </p>
        )}
        {space && model.choices.length > 0 ? <Preview space={space} plugins={plugins} model={model} /> : null}
        {model.choices.length > 0 ? <Tally text={model.tally} isEnough={model.isEnough} /> : null}
        {model.problem === undefined ? null : (
          <p className="pd-dialog__problem" role="alert">
            {model.problem}
          </p>
        )}
      </div>
      <div className="pd-dialog__foot">
        <button type="button" className="pd-btn pd-btn--lg" onClick={onClose}>
          {model.laterLabel}
        </button>
        {model.mainLabel === undefined ? null : (
          <button
            type="button"
            className="pd-btn pd-btn--main pd-btn--lg"
            aria-disabled={model.state === 'removing' || undefined}
            onClick={confirm}
          >
            <bdi>{model.mainLabel}</bdi>
          </button>
        )}
      </div>
    </dialog>
  )
}

interface PicksProps extends Pick<FreeSpaceDialogProps, 'icon'> {
  readonly model: FreeSpaceModel
  readonly listRef: React.RefObject<HTMLUListElement | null>
}

function Picks({ model, icon, listRef }: PicksProps): ReactNode {
  const { messages, say } = useWords()
  return (
    <ul className="pd-picks" ref={listRef} aria-label={say(messages.freeSpace.listName)}>
      {model.choices.map(({ id, kind, pluginId, name, consequence, size, isChosen }) => (
        <li key={id}>
          <label className="pd-pick" data-kind={kind}>
            <input
              type="checkbox"
              className="pd-check"
              data-choice={id}
              checked={isChosen}
              disabled={model.state === 'removing'}
              onChange={() => model.toggle(id)}
            />
            <div className="pd-tile pd-tile--sm" style={hueOf({ pluginId, taskId: id })}>
              {(pluginId === undefined ? undefined : icon?.(pluginId)) ?? (
                <Icon name={pluginId === undefined ? 'trash' : 'box'} />
              )}
            </div>
            <span>
              <strong>
                <bdi>{name}</bdi>
              </strong>
              <small>
                <bdi>{consequence}</bdi>
              </small>
            </span>
            <bdi className="pd-pick__size pd-num">{size}</bdi>
          </label>
        </li>
      ))}
    </ul>
  )
}

function Preview({
  space,
  plugins,
  model,
}: Pick<FreeSpaceDialogProps, 'plugins'> & {
  readonly space: StorageSpace
  readonly model: FreeSpaceModel
}): ReactNode {
  const meter = useStorageMeter(space, plugins)
  const chosen = model.choices.filter(({ isChosen }) => isChosen)
  const whole = new Set(
    chosen.filter(({ kind }) => kind === 'plugin' || kind === 'pinned').map(({ pluginId }) => pluginId),
  )
  const single = new Set(chosen.map(({ pluginId, items }) => `${pluginId} ${items[0]?.version}`))
  const versions = plugins.flatMap(({ plugin: { pluginId }, versions: all }) =>
    all.filter(({ version }) => single.has(`${pluginId} ${version}`)).map(({ address }) => `${pluginId} ${address}`),
  )
  const going = new Set([
    ...versions,
    ...meter.segments.filter(({ pluginId }) => pluginId !== undefined && whole.has(pluginId)).map(({ id }) => id),
  ])
  return (
    <div className="pd-meter__bar pd-meter__bar--slim" aria-hidden="true">
      <Segments segments={meter.segments} going={going} />
    </div>
  )
}

const HEARD_AFTER_MS = 500

/** Seen at once; heard when the ticking has ended. */
function Tally({ text, isEnough }: { readonly text: string; readonly isEnough: boolean }): ReactNode {
  const [heard, setHeard] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setHeard(text), HEARD_AFTER_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <p className="pd-tally pd-num" data-enough={isEnough || undefined}>
      {isEnough ? <Icon name="check" /> : null}
      <bdi aria-hidden="true">{text}</bdi>
      <span className="pd-hidden" role="status">
        {heard}
      </span>
    </p>
  )
}
