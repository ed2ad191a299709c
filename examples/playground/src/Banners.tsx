import { DockOfflineBanner, DockRollbackNotices } from 'plugdock/react'
import type { ReactNode } from 'react'
import { Icon } from './Icon.js'
import { usePlayground } from './playgroundContext.js'
import { usePageWords } from './words/usePageWords.js'

interface BannersProps {
  /** What a command came to. */
  readonly problem: unknown
  onDismiss(): void
}

/** What holds on every page: what is broken on purpose, what the dock says of it, a command that failed. */
export function Banners({ problem, onDismiss }: BannersProps): ReactNode {
  const { complain } = usePlayground()
  const words = usePageWords()
  return (
    <div className="pg-banners">
      <DockRollbackNotices onError={complain} />
      <DockOfflineBanner onError={complain} />
      <FaultBanner />
      {problem === undefined ? null : (
        <div className="pg-banner pg-banner--bad" role="alert" data-banner="problem">
          <Icon name="close" />
          <p>{problem instanceof Error ? problem.message : String(problem)}</p>
          <button type="button" className="pd-btn" onClick={onDismiss}>
            {words.ok}
          </button>
        </div>
      )}
    </div>
  )
}

/** Nobody should wonder later why nothing works. */
function FaultBanner(): ReactNode {
  const { origin, faults } = usePlayground()
  const { faults: words } = usePageWords()
  const { active, backToNormal } = faults
  const { armed } = origin
  const [first] = active
  if (first === undefined && armed === null) return null
  const texts = [
    active.length > 0 ? words.isOn(active.map((name) => words.names[name].title)) : undefined,
    armed === null ? undefined : words.isNext(words.names[armed].title),
  ]
  const only = active.length + (armed === null ? 0 : 1) === 1 ? (first ?? armed) : null
  return (
    <div className="pg-banner" role="status" data-banner="fault">
      <Icon name="faults" />
      <p>
        <b>{texts.filter(Boolean).join(' ')}</b> {only === null ? null : words.names[only].effect}
      </p>
      <button type="button" className="pd-btn" onClick={backToNormal}>
        {words.backToNormal}
      </button>
    </div>
  )
}
