import type { DownloadProgress } from 'plugdock/browser'
import { DockConsentDialog, DockFreeSpaceDialog, useDockCallbacks, useDownloadCard } from 'plugdock/react'
import { type ReactNode, useState } from 'react'
import { Icon, type IconName } from './Icon.js'
import { usePlayground } from './playgroundContext.js'
import { usePageWords } from './words/usePageWords.js'

/** The card in one line, and the first thing that can be done about it. */
export function MiniDownload({ progress }: { readonly progress: DownloadProgress }): ReactNode {
  const { complain } = usePlayground()
  const { shelf: words } = usePageWords()
  const [asked, setAsked] = useState<'space' | 'consent'>()
  const makeRoom = () => setAsked('space')
  const own = { onFreeSpace: makeRoom, onShowPlugins: makeRoom, onConsentOptions: () => setAsked('consent') }
  const card = useDownloadCard(progress, useDockCallbacks(own, complain))
  const [needed] = card.actions.inNote
  const [action] = card.actions.beside
  const { taskId } = progress
  const close = () => setAsked(undefined)
  return (
    <>
      <div className="pg-mini" data-tone={card.tone}>
        <div className="pg-mini__text pd-num">
          <span>{progress.state === 'downloading' ? (card.sentence?.text ?? card.title.text) : card.title.text}</span>
          <b>{card.percent}</b>
        </div>
        {card.bar ? (
          <progress
            className="pd-progress"
            data-plain
            data-moving={card.tone === 'progress' || undefined}
            aria-label={words.progress(card.name)}
            max={100}
            {...(card.bar.value === undefined ? {} : { value: card.bar.value })}
          />
        ) : null}
      </div>
      {needed ? (
        <button type="button" className="pd-btn pd-btn--main" onClick={() => needed.run()}>
          {needed.label}
        </button>
      ) : null}
      {action && !needed ? (
        <button type="button" className="pd-btn pd-btn--icon" title={action.label} onClick={() => action.run()}>
          <Icon name={pictureOf(action.name)} />
          <span className="pd-hidden">
            {action.label} {card.name}
          </span>
        </button>
      ) : null}
      {asked === 'space' ? <DockFreeSpaceDialog taskId={taskId} onClose={close} /> : null}
      {asked === 'consent' ? <DockConsentDialog taskId={taskId} onClose={close} /> : null}
    </>
  )
}

function pictureOf(action: string): IconName {
  switch (action) {
    case 'pause':
      return 'pause'
    case 'resume':
    case 'startNow':
      return 'play'
    case 'cancel':
      return 'close'
    default:
      return 'retry'
  }
}
