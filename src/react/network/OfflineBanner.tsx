import type { ReactNode } from 'react'
import { Icon } from '../card/icons.js'
import type { IconName } from '../card/looks.js'
import type { OfflineMessages } from '../words/networkMessages.js'
import { useWords } from '../words/wordsContext.js'
import type { NetworkPhase } from './useOfflinePhase.js'

export interface OfflineBannerProps {
  /** Nothing is shown while it is `online`. */
  readonly phase: NetworkPhase
  /** How many downloads wait for the network, or go on now. @default 0 */
  readonly downloadCount?: number | undefined
  /** Asks again whether one is signed in; offered for a `portal`. */
  readonly onCheckNow?: (() => void) | undefined
  readonly className?: string | undefined
}

interface BannerLook {
  readonly icon: IconName
  readonly tone: 'wait' | 'ok'
  readonly title: keyof OfflineMessages
  readonly text: keyof OfflineMessages
  /** Where no download waits. */
  readonly idle?: keyof OfflineMessages
}

const LOOKS: Readonly<Record<Exclude<NetworkPhase, 'online'>, BannerLook>> = {
  offline: { icon: 'offline', tone: 'wait', title: 'offline', text: 'offlineText', idle: 'offlineIdle' },
  back: { icon: 'wifi', tone: 'ok', title: 'back', text: 'backText' },
  portal: { icon: 'wifi', tone: 'wait', title: 'portal', text: 'portalText' },
}

/** Says that there is no network, what that means, and when it is back. Its region is always there, so that changes are heard. */
export function OfflineBanner({ phase, downloadCount = 0, onCheckNow, className }: OfflineBannerProps): ReactNode {
  return (
    <div className={['pd-widget', className].filter(Boolean).join(' ')} role="status" data-state={phase}>
      {phase === 'online' ? null : <Banner phase={phase} downloadCount={downloadCount} onCheckNow={onCheckNow} />}
    </div>
  )
}

interface BannerProps extends Pick<OfflineBannerProps, 'onCheckNow'> {
  readonly phase: Exclude<NetworkPhase, 'online'>
  readonly downloadCount: number
}

function Banner({ phase, downloadCount, onCheckNow }: BannerProps): ReactNode {
  const { messages, say } = useWords()
  const { icon, tone, title, text, idle } = LOOKS[phase]
  const told = downloadCount > 0 ? text : idle
  return (
    <div className="pd-banner" data-tone={tone}>
      <Icon name={icon} />
      <p>
        <bdi>
          <b>{say(messages.offline[title])}</b>
          {told === undefined ? null : ` ${say(messages.offline[told], { n: downloadCount })}`}
        </bdi>
      </p>
      {phase === 'portal' && onCheckNow ? (
        <div className="pd-actions">
          <button type="button" className="pd-btn" onClick={onCheckNow}>
            <Icon name="retry" />
            {say(messages.buttons.checkNow)}
          </button>
        </div>
      ) : null}
    </div>
  )
}
