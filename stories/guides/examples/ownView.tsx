import { useDownload, useDownloadCard, usePluginDock } from 'plugdock/react'

type Progress = Parameters<typeof useDownloadCard>[0]

/** A download in your own clothes: the hooks give words, figures and actions, you draw them. */
export function TinyDownload({ taskId }: { readonly taskId: string }) {
  const progress = useDownload(taskId)
  return progress ? <Tiny progress={progress} /> : null
}

function Tiny({ progress }: { readonly progress: Progress }) {
  const { downloads } = usePluginDock()
  const card = useDownloadCard(progress, {
    onPause: (taskId) => downloads.pauseDownload(taskId),
    onResume: (taskId) => downloads.resumeDownload(taskId),
  })
  return (
    <p data-state={card.state} data-reason={card.reason}>
      <strong>{card.name}</strong> {card.percent} {card.title.text}{' '}
      {card.bar ? <progress max={100} value={card.bar.value} aria-label={card.bar.label} /> : null}{' '}
      {card.actions.beside.map(({ name, label, run }) => (
        <button key={name} type="button" onClick={run}>
          {label}
        </button>
      ))}
    </p>
  )
}
