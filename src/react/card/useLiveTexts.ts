import { useEffect, useState } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { nextFrame } from '../words/frame.js'
import { remainingText } from '../words/remaining.js'
import { type RemainingView, SteadyRemaining } from '../words/steadyRemaining.js'
import type { Words } from '../words/words.js'
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
export function useLiveTexts(progress: DownloadProgress, words: Words, now: number): LiveTexts {
  const isMoving = progress.state === 'downloading' && !isSilent(progress, now)
  const [gauges] = useState<Gauges>(() => ({ remaining: new SteadyRemaining(), speed: new SteadySpeed() }))
  const [steady, setSteady] = useState(() => (isMoving ? first(progress) : STILL))
  useEffect(() => {
    const next = isMoving ? read(gauges, progress, Date.now()) : stop(gauges)
    return nextFrame(() => setSteady((last) => unlessSame(last, next)))
  }, [gauges, progress, isMoving])
  return isMoving
    ? { remaining: wordsOf(steady.remaining, words), speed: speedText(steady.speed, words) }
    : {
        remaining: undefined,
        speed: undefined,
      }
}

/** What the gauges will say first, for the first picture. */
function first(progress: DownloadProgress): Steady {
  return read({ remaining: new SteadyRemaining(), speed: new SteadySpeed() }, progress, 0)
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

function unlessSame(last: Steady, next: Steady): Steady {
  return last.remaining === next.remaining && last.speed === next.speed ? last : next
}

function wordsOf(view: RemainingView, words: Words): string | undefined {
  if (view === undefined) return undefined
  return view === 'calculating' ? words.say(words.messages.remaining.calculating) : remainingText(view, words)
}

function speedText(bytesPerSecond: number | undefined, words: Words): string | undefined {
  if (bytesPerSecond === undefined) return undefined
  return words.speed(bytesPerSecond) ?? words.say(words.messages.figures.slowerThan, { rate: words.slowest })
}
