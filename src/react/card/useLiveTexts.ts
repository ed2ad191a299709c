import { useState } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { useFollowing } from '../words/follow.js'
import { remainingText } from '../words/remaining.js'
import { type RemainingView, SteadyRemaining } from '../words/steadyRemaining.js'
import type { CardWords } from '../words/words.js'
import type { LiveTexts } from './describeDownload.js'
import { isSilent } from './situation.js'
import { SteadySpeed } from './steadySpeed.js'

interface Steady {
  readonly remaining: RemainingView
  readonly speed: number | undefined
}

interface Gauges {
  readonly remaining: SteadyRemaining
  readonly speed: SteadySpeed
}

const STILL: Steady = { remaining: undefined, speed: undefined }

/** Time to go and speed, at a pace that a person can read. */
export function useLiveTexts(progress: DownloadProgress, words: CardWords, now: number): LiveTexts {
  const isMoving = progress.state === 'downloading' && !isSilent(progress, now)
  const [gauges] = useState<Gauges>(() => ({ remaining: new SteadyRemaining(), speed: new SteadySpeed() }))
  const steady = useFollowing(STILL, isMoving ? progress : undefined, (_, moving) =>
    moving ? read(gauges, moving, now) : stop(gauges),
  )
  return isMoving
    ? { remaining: wordsOf(steady.remaining, words), speed: speedText(steady.speed, words) }
    : {
        remaining: undefined,
        speed: undefined,
      }
}

function read({ remaining, speed }: Gauges, progress: DownloadProgress, at: number): Steady {
  return {
    remaining: remaining.next(progress.estimatedTimeRemaining, at),
    speed: speed.next(progress.speedBytesPerSecond, at),
  }
}

function stop({ remaining, speed }: Gauges): Steady {
  remaining.stop()
  speed.stop()
  return STILL
}

function wordsOf(view: RemainingView, words: CardWords): string | undefined {
  if (view === undefined) return undefined
  return view === 'calculating' ? words.say(words.messages.remaining.calculating) : remainingText(view, words)
}

function speedText(bytesPerSecond: number | undefined, words: CardWords): string | undefined {
  if (bytesPerSecond === undefined) return undefined
  return words.speed(bytesPerSecond) ?? words.say(words.messages.figures.slowerThan, { rate: words.slowest })
}
